// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.command;

import dev.stele.server.core.command.Operation.Answer;
import dev.stele.server.core.model.LeaseRef;
import dev.stele.server.core.model.Limits;
import dev.stele.server.core.model.Reason;
import dev.stele.server.core.model.Stamp;
import dev.stele.server.core.read.FactPage;
import dev.stele.server.core.view.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Compares, then one of two branches, at one revision. Compares that do not hold are no refusal:
 * the other branch runs and the result says so. A step that is refused refuses the whole.
 */
public record Txn(
    List<Compare> compares, List<Operation> then, List<Operation> orElse, List<LeaseRef> guards)
    implements Command {
  public Txn {
    compares = List.copyOf(compares);
    then = List.copyOf(then);
    orElse = List.copyOf(orElse);
    guards = List.copyOf(guards);
  }

  @Override
  public Outcome decide(View view, Stamp stamp) {
    Optional<Refusal> fenced = Guards.refusal(view, guards);
    if (fenced.isPresent()) {
      return Outcome.refused(fenced.get(), view.meta());
    }
    boolean holds = compares.stream().allMatch(compare -> compare.holds(view));
    Branch branch = new Branch(view, holds ? "then" : "else");
    for (Operation operation : holds ? then : orElse) {
      Optional<Refusal> refusal = branch.run(operation);
      if (refusal.isPresent()) {
        return Outcome.refused(refusal.get(), view.meta());
      }
    }
    return branch.done(holds);
  }

  @Override
  public long sizeBytes() {
    long bytes = 0;
    for (Compare compare : compares) {
      bytes += compare.key().bytes().length();
      bytes += compare.target() instanceof Compare.Body body ? body.body().length() : 0;
    }
    for (Operation operation : then) {
      bytes += operation.sizeBytes();
    }
    for (Operation operation : orElse) {
      bytes += operation.sizeBytes();
    }
    return bytes;
  }

  /**
   * @param revision where the store stands after it; not raised when the branch changed nothing
   * @param succeeded whether the compares held
   * @param answers one for each operation of the branch that ran
   */
  public record Ran(long revision, boolean succeeded, List<Answer> answers) implements Result {}

  /** A branch while it runs. */
  private static final class Branch {
    private final Draft draft;
    private final String name;
    private final List<Answer> answers = new ArrayList<>();
    private long replyBytes;

    Branch(View view, String name) {
      this.draft = new Draft(view);
      this.name = name;
    }

    Outcome done(boolean succeeded) {
      return draft.done(new Ran(draft.revisionAfter(), succeeded, List.copyOf(answers)));
    }

    Optional<Refusal> run(Operation operation) {
      String field = name + "[" + answers.size() + "].";
      if (operation instanceof Operation.PutFact put) {
        answers.add(new Operation.PutDone());
        return draft.put(put.key(), put.body(), put.lease(), field + "put.");
      }
      if (operation instanceof Operation.DeleteFacts delete) {
        return delete(delete, field + "delete.target");
      }
      if (operation instanceof Operation.GetFact get) {
        Operation.Got got = new Operation.Got(draft.view().fact(get.key()));
        answers.add(got);
        return reply(got.fact().map(fact -> fact.sizeBytes()).orElse(0L), field + "get");
      }
      Operation.ListFacts list = (Operation.ListFacts) operation;
      FactPage page = FactPage.read(draft.view(), list.range(), list.limit(), list.keysOnly());
      answers.add(new Operation.Listed(page));
      return reply(page.bytes(), field + "list");
    }

    private Optional<Refusal> delete(Operation.DeleteFacts delete, String field) {
      Optional<Refusal> outside = DeleteReach.refusal(draft.view(), delete.range(), field);
      if (outside.isPresent()) {
        return outside;
      }
      Draft.Deletion deletion = draft.delete(delete.range(), field);
      answers.add(new Operation.DeleteDone(deletion.count()));
      return deletion.refusal();
    }

    private Optional<Refusal> reply(long bytes, String field) {
      replyBytes += bytes;
      if (replyBytes <= Limits.TXN_MAX_REPLY_BYTES) {
        return Optional.empty();
      }
      return Optional.of(
          Refusal.of(
              Reason.REPLY_TOO_LARGE,
              field,
              "the reads of a transaction return at most "
                  + Limits.TXN_MAX_REPLY_BYTES
                  + " bytes"));
    }
  }
}
