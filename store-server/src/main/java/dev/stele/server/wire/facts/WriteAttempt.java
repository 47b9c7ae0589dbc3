// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.facts;

import com.google.protobuf.Message;
import dev.stele.server.admission.Verdict;
import dev.stele.server.admission.WriteAdmission;
import dev.stele.server.core.command.Command;
import dev.stele.server.core.command.Once;
import dev.stele.server.core.command.Result;
import dev.stele.server.core.model.Reason;
import dev.stele.server.port.Leadership;
import dev.stele.server.port.NodeAddress;
import dev.stele.server.port.Proposal;
import dev.stele.server.port.ReadGate;
import dev.stele.server.port.StateStore;
import dev.stele.server.wire.call.Answer;
import dev.stele.server.wire.call.Call;
import dev.stele.server.wire.error.Failure;
import dev.stele.server.wire.forward.Forwarded;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * One write on its way to whoever leads. Each step runs after the one before it has ended, and
 * another one is taken only while it is certain that nothing happened.
 *
 * @param <R> the response
 */
final class WriteAttempt<R extends Message> implements Runnable {
  private final WriteDesk desk;
  private final Call call;
  private final MethodDescriptor<?, R> method;
  private final Command command;
  private final Optional<Permits> permits;
  private final Function<Result, Answer<R>> answer;
  private final CompletableFuture<Answer<R>> outcome = new CompletableFuture<>();
  private boolean away;

  WriteAttempt(
      WriteDesk desk,
      Call call,
      MethodDescriptor<?, R> method,
      Command command,
      Optional<Permits> permits,
      Function<Result, Answer<R>> answer) {
    this.desk = desk;
    this.call = call;
    this.method = method;
    this.command = command;
    this.permits = permits;
    this.answer = answer;
  }

  CompletableFuture<Answer<R>> outcome() {
    return outcome;
  }

  /** The next step. */
  @Override
  public void run() {
    attempt(this::step);
  }

  /** Whatever goes wrong, the caller is answered. */
  private void attempt(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException | Error e) {
      outcome.completeExceptionally(e);
    }
  }

  private void step() {
    if (desk.context.leadership().role() == Leadership.Role.LEADER) {
      admit();
    } else if (call.caller().forwarded()) {
      // The sender took this node for the leader: it looks again, or its caller does.
      fail(notLeader("this node does not lead, and a call is passed on once"));
    } else if (goAway()) {
      Optional<NodeAddress> leader = leader(desk.context.leadership().standing());
      if (leader.isPresent()) {
        forward(leader.get());
      } else {
        lookAgain("no leader is known");
      }
    }
  }

  private Optional<NodeAddress> leader(Leadership.Standing standing) {
    return standing
        .leader()
        .filter(id -> !id.equals(desk.context.selfId()))
        .flatMap(desk.context::node);
  }

  /** Only the node that proposes asks: at another one the policies may be yesterday's. */
  private void admit() {
    Verdict verdict = desk.admission.admit(command);
    if (verdict instanceof Verdict.Admitted) {
      permit();
    } else if (verdict instanceof Verdict.OverBudget over) {
      fail(over);
    } else if (goAway()) {
      // A leader that was deposed, or is not ready yet, may not know of a policy that the caller
      // knows of.
      onFreshStore(this::admitFresh);
    }
  }

  /** Goes on, on a reader's thread, when the store is as fresh as for a read. */
  private void onFreshStore(Runnable next) {
    then(
        desk.context.gate().linearizable(call.deadlineNanos()),
        admission -> {
          if (admission instanceof ReadGate.Denied denied) {
            notProposed(new Proposal.NotProposed(denied.reason(), denied.message(), Duration.ZERO));
          } else {
            onReader(next);
          }
        });
  }

  private void onReader(Runnable action) {
    try {
      desk.readers.execute(() -> attempt(action));
    } catch (RejectedExecutionException e) {
      fail(Failure.of(Reason.OVERLOADED, "no reader is free to look at the store"));
    }
  }

  private void admitFresh() {
    Verdict verdict = desk.admission.admit(command);
    if (verdict instanceof Verdict.Refused refused && !decidedBefore()) {
      outcome.complete(answer.apply(refused.refusal()));
    } else if (verdict instanceof Verdict.OverBudget over) {
      fail(over);
    } else {
      permit();
    }
  }

  /** Then the core answers, whatever the policies say now. */
  private boolean decidedBefore() {
    try (StateStore.Snapshot snapshot = desk.context.store().snapshot()) {
      return WriteAdmission.decidedBefore(command, snapshot);
    }
  }

  private void fail(Verdict.OverBudget over) {
    fail(Failure.of(over.reason(), over.field(), over.message()).retryAfter(over.retryAfter()));
  }

  /**
   * What must wait, waits. But not the later try of a write that was decided: its answer is there,
   * and what it would wait for may be what it has already.
   */
  private void permit() {
    if (permits.isEmpty()) {
      propose();
    } else if (command instanceof Once) {
      onFreshStore(
          () -> {
            if (decidedBefore()) {
              propose();
            } else {
              await(permits.get());
            }
          });
    } else {
      await(permits.get());
    }
  }

  private void await(Permits asked) {
    then(
        asked.permit(call),
        permit -> {
          if (permit instanceof Permits.Granted granted) {
            CompletableFuture<Proposal> unused =
                proposal().whenComplete((done, thrown) -> granted.settled().run());
          } else if (permit instanceof Permits.Denied denied) {
            fail(denied.failure());
          } else if (permit instanceof Permits.Elsewhere elsewhere) {
            elsewhere(elsewhere.message());
          }
        });
  }

  /**
   * Who waited goes to the next leader itself, and says there how long it has: passed on by this
   * node the request would say what it said when it came.
   */
  private void elsewhere(String why) {
    boolean notReady = desk.context.leadership().standing().role() == Leadership.Role.LEADER;
    if (!notReady) {
      fail(notLeader(why));
    } else if (goAway()) {
      lookAgain(why);
    }
  }

  private void propose() {
    CompletableFuture<Proposal> unused = proposal();
  }

  private CompletableFuture<Proposal> proposal() {
    CompletableFuture<Proposal> proposal =
        desk.context.log().propose(command, call.deadlineNanos(), call.caller().origin());
    // Nobody waits for what becomes of it: the log need not be asked if it was not yet.
    call.onCancel(() -> proposal.cancel(false));
    then(proposal, this::proposed);
    return proposal;
  }

  private void proposed(Proposal proposal) {
    if (proposal instanceof Proposal.Decided decided) {
      outcome.complete(answer.apply(decided.result()));
    } else if (proposal instanceof Proposal.Unknown unknown) {
      Failure failure = Failure.of(Reason.OUTCOME_UNKNOWN, unknown.message());
      fail(call.remainingNanos() <= 0 ? failure.afterDeadline() : failure);
    } else {
      notProposed((Proposal.NotProposed) proposal);
    }
  }

  private void notProposed(Proposal.NotProposed no) {
    boolean elsewhere = no.reason() == Reason.NOT_LEADER && !call.caller().forwarded();
    if (elsewhere && goAway()) {
      lookAgain(no.message());
    } else if (!elsewhere) {
      fail(
          desk.headers.withLeader(
              Failure.of(no.reason(), no.message()).retryAfter(no.retryAfter())));
    }
  }

  /** Takes the room that a write needs that is not proposed here; fails when there is none. */
  private boolean goAway() {
    if (away) {
      return true;
    }
    long bytes = call.requestBytes();
    if (!desk.away.tryTake(bytes)) {
      fail(desk.overloaded());
      return false;
    }
    away = true;
    CompletableFuture<Answer<R>> unused =
        outcome.whenComplete((done, thrown) -> desk.away.giveBack(bytes));
    return true;
  }

  private void forward(NodeAddress leader) {
    if (call.remainingNanos() <= 0) {
      fail(noQuorum("the deadline passed before the leader could be asked"));
      return;
    }
    then(
        desk.forwarder.forward(call, method, leader),
        forwarded -> {
          if (forwarded instanceof Forwarded.Answered<R> answered) {
            outcome.complete(answered.answer());
          } else if (forwarded instanceof Forwarded.NotSent<R> not) {
            desk.forwarder.reconnect(leader);
            lookAgain(not.message());
          }
        });
  }

  /**
   * Goes on when {@code step} is done. The outcome is a future of its own and not a chain of steps,
   * which would hold every look of a long wait.
   */
  private <T> void then(CompletableFuture<T> step, Consumer<T> next) {
    CompletableFuture<T> unused =
        step.whenComplete(
            (result, thrown) -> {
              if (thrown instanceof CancellationException) {
                fail(noQuorum("the caller went away"));
              } else if (thrown != null) {
                outcome.completeExceptionally(thrown);
              } else {
                attempt(() -> next.accept(result));
              }
            });
  }

  private void lookAgain(String why) {
    long pause = desk.lookEvery.toNanos();
    if (call.cancelled() || call.remainingNanos() <= pause) {
      fail(noQuorum(why));
      return;
    }
    try {
      ScheduledFuture<?> unused = desk.timer.schedule(this, pause, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      fail(noQuorum("this node is stopping"));
    }
  }

  private Failure noQuorum(String why) {
    return desk.headers.withLeader(Failure.of(Reason.NO_QUORUM, why));
  }

  private Failure notLeader(String why) {
    return desk.headers.withLeader(Failure.of(Reason.NOT_LEADER, why));
  }

  private void fail(Failure failure) {
    outcome.complete(new Answer.Failed<>(failure));
  }
}
