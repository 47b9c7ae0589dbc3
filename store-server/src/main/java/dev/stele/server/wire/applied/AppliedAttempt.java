// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.applied;

import dev.stele.proto.v1.AwaitAppliedRequest;
import dev.stele.proto.v1.AwaitAppliedResponse;
import dev.stele.proto.v1.WatchGrpc;
import dev.stele.server.core.model.Reason;
import dev.stele.server.port.Leadership;
import dev.stele.server.port.NodeAddress;
import dev.stele.server.port.ReadGate;
import dev.stele.server.port.StateStore;
import dev.stele.server.wire.call.Answer;
import dev.stele.server.wire.call.Call;
import dev.stele.server.wire.error.Failure;
import dev.stele.server.wire.error.RefusedException;
import dev.stele.server.wire.error.Statuses;
import dev.stele.server.wire.forward.Forwarded;
import dev.stele.server.wire.parse.AppliedParser;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One question on its way to whoever leads. It changes nothing, so that it is asked again whatever
 * became of it, until somebody answers or the time is over.
 */
final class AppliedAttempt implements Runnable {
  /** How often it looks whether there is a leader now. */
  static final Duration LOOK_EVERY = Duration.ofMillis(50);

  private final AppliedService service;
  private final Call call;
  private final AwaitAppliedRequest request;
  private final AppliedParser.Asked asked;
  private final CompletableFuture<Answer<AwaitAppliedResponse>> outcome = new CompletableFuture<>();

  AppliedAttempt(
      AppliedService service, Call call, AwaitAppliedRequest request, AppliedParser.Asked asked) {
    this.service = service;
    this.call = call;
    this.request = request;
    this.asked = asked;
  }

  CompletableFuture<Answer<AwaitAppliedResponse>> outcome() {
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
    } catch (RefusedException e) {
      fail(e.failure());
    } catch (RuntimeException | Error e) {
      outcome.completeExceptionally(e);
    }
  }

  private void step() {
    Leadership.Standing standing = service.context.leadership().standing();
    if (standing.role() == Leadership.Role.LEADER) {
      confirm();
    } else if (call.caller().forwarded()) {
      fail(
          service.headers.withLeader(
              Failure.of(
                  Reason.NOT_LEADER, "this node does not lead, and a call is passed on once")));
    } else {
      Optional<NodeAddress> leader =
          standing
              .leader()
              .filter(id -> !id.equals(service.context.selfId()))
              .flatMap(service.context::node);
      if (leader.isPresent()) {
        forward(leader.get());
      } else {
        lookAgain("no leader is known");
      }
    }
  }

  private void forward(NodeAddress leader) {
    if (call.remainingNanos() <= 0) {
      fail(noQuorum("the deadline passed before the leader could be asked"));
      return;
    }
    then(
        service.forwarder.forward(call, WatchGrpc.getAwaitAppliedMethod(), leader),
        forwarded -> {
          if (forwarded instanceof Forwarded.NotSent<AwaitAppliedResponse> not) {
            service.forwarder.reconnect(leader);
            lookAgain(not.message());
          } else if (forwarded instanceof Forwarded.Answered<AwaitAppliedResponse> answered) {
            answered(answered.answer());
          }
        });
  }

  private void answered(Answer<AwaitAppliedResponse> answer) {
    if (answer instanceof Answer.Failed<AwaitAppliedResponse> failed) {
      lookAgain(failed.failure().message());
    } else if (answer instanceof Answer.PassedFailure<AwaitAppliedResponse> passed
        && Reason.NOT_LEADER.name().equals(passed.trailers().get(Statuses.REASON))) {
      lookAgain("the node that was taken for the leader does not lead");
    } else {
      outcome.complete(answer);
    }
  }

  /** The store must be as fresh as for a read, to tell which revisions and kinds there are. */
  private void confirm() {
    then(
        service.context.gate().linearizable(call.deadlineNanos()),
        admission -> {
          if (admission instanceof ReadGate.Denied denied) {
            denied(denied);
          } else {
            onReader(this::gather);
          }
        });
  }

  private void denied(ReadGate.Denied denied) {
    if (denied.reason() == Reason.NOT_LEADER && !call.caller().forwarded()) {
      lookAgain(denied.message());
    } else {
      fail(service.headers.withLeader(Failure.of(denied.reason(), denied.message())));
    }
  }

  private void gather() {
    try (StateStore.Snapshot snapshot = service.context.store().snapshot()) {
      AppliedParser.requireKnownKinds(request, snapshot);
      long revision = snapshot.meta().revision();
      if (asked.question().revision() > revision) {
        throw new RefusedException(
            Reason.INVALID_FIELD,
            "revision",
            "revision is %d, the store stands at %d"
                .formatted(asked.question().revision(), revision));
      }
    }
    Gathering gathering = new Gathering(service, call, request, asked);
    then(gathering.run(), outcome::complete);
  }

  private void onReader(Runnable action) {
    try {
      service.readers.execute(() -> attempt(action));
    } catch (RejectedExecutionException e) {
      fail(Failure.of(Reason.OVERLOADED, "too many reads are waiting"));
    }
  }

  private <T> void then(CompletableFuture<T> step, Consumer<T> next) {
    CompletableFuture<T> unused =
        step.whenComplete(
            (result, thrown) -> {
              if (thrown != null) {
                outcome.completeExceptionally(thrown);
              } else {
                attempt(() -> next.accept(result));
              }
            });
  }

  private void lookAgain(String why) {
    long pause = LOOK_EVERY.toNanos();
    if (call.cancelled() || call.remainingNanos() <= pause) {
      fail(noQuorum(why));
      return;
    }
    try {
      ScheduledFuture<?> unused = service.timer.schedule(this, pause, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      fail(noQuorum("this node is stopping"));
    }
  }

  private Failure noQuorum(String why) {
    return service.headers.withLeader(Failure.of(Reason.NO_QUORUM, why));
  }

  private void fail(Failure failure) {
    outcome.complete(new Answer.Failed<>(failure));
  }
}
