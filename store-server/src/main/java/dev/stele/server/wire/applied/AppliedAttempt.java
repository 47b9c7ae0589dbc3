// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.applied;

import dev.stele.proto.v1.AwaitAppliedRequest;
import dev.stele.proto.v1.AwaitAppliedResponse;
import dev.stele.server.core.model.Reason;
import dev.stele.server.port.ReadGate;
import dev.stele.server.port.StateStore;
import dev.stele.server.wire.call.Answer;
import dev.stele.server.wire.call.Call;
import dev.stele.server.wire.error.Failure;
import dev.stele.server.wire.error.RefusedException;
import dev.stele.server.wire.parse.AppliedParser;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/** One question at the node that leads. */
final class AppliedAttempt {
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

  /**
   * Asks the nodes. The store must be as fresh as for a read, to tell which revisions and kinds
   * there are.
   */
  CompletableFuture<Answer<AwaitAppliedResponse>> run() {
    then(
        service.context.gate().linearizable(call.deadlineNanos()),
        admission -> {
          if (admission instanceof ReadGate.Denied denied) {
            fail(service.headers.withLeader(Failure.of(denied.reason(), denied.message())));
          } else {
            onReader(this::gather);
          }
        });
    return outcome;
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

  private void fail(Failure failure) {
    outcome.complete(new Answer.Failed<>(failure));
  }
}
