// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.admission;

import dev.stele.server.core.command.Command;
import dev.stele.server.core.command.Once;
import dev.stele.server.core.command.Refusal;
import dev.stele.server.core.encoding.MalformedException;
import dev.stele.server.core.kind.BodyType;
import dev.stele.server.core.kind.KindPolicy;
import dev.stele.server.core.kind.KindPolicyCodec;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.KindNames;
import dev.stele.server.core.model.Reason;
import dev.stele.server.core.session.Session;
import dev.stele.server.core.view.View;
import dev.stele.server.port.StateStore;
import dev.stele.server.port.Ticker;
import java.util.List;
import java.util.Optional;

/**
 * Holds writes against the policies of their kinds before they are proposed. Only the node that
 * proposes asks: another one's policies may lag behind a change that its caller knows of.
 *
 * <p>Any thread. After a change of a policy the next call reads the policies from the store, and
 * the first body of a kind has its schema compiled; otherwise nothing blocks.
 */
public final class WriteAdmission {
  private final KindDirectory kinds;
  private final WriteBudgets budgets;

  public WriteAdmission(StateStore store, Ticker ticker) {
    kinds = new KindDirectory(store, ticker);
    budgets = new WriteBudgets(kinds);
  }

  /**
   * Whether {@code command} may be proposed. If so it has taken what it costs from the budgets of
   * the kinds that it writes: one for each put and each delete; of a transaction for the dearer
   * branch. If not it has taken nothing.
   */
  public Verdict admit(Command command) {
    Steps steps = Steps.of(command);
    Optional<Refusal> refusal = refusal(steps.always());
    if (refusal.isEmpty()) {
      refusal = refusal(steps.then());
    }
    if (refusal.isEmpty()) {
      refusal = refusal(steps.orElse());
    }
    return refusal.isPresent() ? new Verdict.Refused(refusal.get()) : budgets.take(steps);
  }

  /**
   * Whether an earlier try of {@code command} was decided, as far as {@code view} shows: then the
   * core must answer, whatever the policies say now.
   */
  public static boolean decidedBefore(Command command, View view) {
    if (!(command instanceof Once once)) {
      return false;
    }
    Optional<Session> session = view.session(once.tag().id());
    long sequence = once.tag().sequence();
    return session.isPresent()
        && (sequence < session.get().acknowledgedBelow()
            || session.get().reply(sequence).isPresent());
  }

  private Optional<Refusal> refusal(List<Step> steps) {
    // By index: a put has one step, and three lists for it.
    for (int i = 0; i < steps.size(); i++) {
      Optional<Refusal> refusal = refusal(steps.get(i));
      if (refusal.isPresent()) {
        return refusal;
      }
    }
    return Optional.empty();
  }

  private Optional<Refusal> refusal(Step step) {
    boolean read = step instanceof Step.ReadStep && step.kind().equals(KindNames.LEASE);
    if (read || step.kind().equals(KindNames.KIND)) {
      return step instanceof Step.PutStep put ? policyRefusal(put) : Optional.empty();
    }
    Optional<KnownKind> kind = kinds.find(step.kind());
    if (step instanceof Step.PutStep put) {
      return kind.isPresent()
          ? bodyRefusal(kind.get(), put)
          : unknown(step.kind(), put.field() + "key");
    }
    if (step instanceof Step.DeleteStep delete) {
      // One that is inside no kind is the core's to refuse.
      return kind.isPresent() || step.kind().isEmpty()
          ? Optional.empty()
          : unknown(step.kind(), delete.field());
    }
    return kind.isPresent()
        ? Optional.empty()
        : unknown(step.kind(), ((Step.ReadStep) step).field());
  }

  private static Optional<Refusal> unknown(String kind, String field) {
    return Optional.of(Refusal.of(Reason.UNKNOWN_KIND, field, unknownKind(kind, field)));
  }

  /** What a caller is told about a kind that is not known. */
  public static String unknownKind(String kind, String field) {
    return "%s is of kind %s, which is not known; `stele kind set %s` declares it"
        .formatted(field, kind, kind);
  }

  private static Optional<Refusal> bodyRefusal(KnownKind kind, Step.PutStep put) {
    KindPolicy policy = kind.policy();
    Bytes body = put.body();
    if (body.length() > policy.maxBodyBytes()) {
      String field = put.field() + "body";
      return Optional.of(
          Refusal.of(
              Reason.BODY_TOO_LARGE,
              field,
              "%s has %d bytes, kind %s allows %d"
                  .formatted(field, body.length(), put.kind(), policy.maxBodyBytes())));
    }
    return policy.bodyType() == BodyType.JSON
        ? kind.jsonViolation(body).map(wrong -> invalid(put.field() + "body", wrong))
        : Optional.empty();
  }

  /** What is left for the core to say is whether the policy fits the facts that there are. */
  private static Optional<Refusal> policyRefusal(Step.PutStep put) {
    try {
      String schema = KindPolicyCodec.decode(put.body()).jsonSchema();
      if (!schema.isEmpty()) {
        BodySchema unused = BodySchema.compile(schema);
      }
      return Optional.empty();
    } catch (MalformedException e) {
      return Optional.of(invalid(put.field() + "body", "is no policy: " + e.getMessage()));
    } catch (BadJsonException e) {
      return Optional.of(invalid(put.field() + "body.json_schema", e.getMessage()));
    }
  }

  private static Refusal invalid(String field, String message) {
    return Refusal.of(Reason.INVALID_FIELD, field, field + " " + message);
  }
}
