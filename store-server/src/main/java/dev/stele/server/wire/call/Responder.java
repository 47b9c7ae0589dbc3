// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.call;

import com.google.protobuf.Message;
import dev.stele.server.core.model.Reason;
import dev.stele.server.wire.error.Failure;
import dev.stele.server.wire.error.Statuses;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Answers one call, once. A reply counts against the budget until the caller has taken it, so that
 * slow readers can't fill the memory.
 *
 * @param <R> the response
 */
final class Responder<R extends Message> {
  private static final long NOTHING = -1;

  private final ServerCall<RequestBytes, Reply> call;
  private final Effect effect;
  private final CallRuntime runtime;
  private final AtomicBoolean answered = new AtomicBoolean();

  /** Bytes taken from the budget. */
  private long held = NOTHING;

  private boolean ended;

  Responder(ServerCall<RequestBytes, Reply> call, Effect effect, CallRuntime runtime) {
    this.call = call;
    this.effect = effect;
    this.runtime = runtime;
  }

  void answer(Answer<R> answer) {
    if (answer instanceof Answer.Given<R> given) {
      send(Reply.of(given.message()));
    } else if (answer instanceof Answer.Passed<R> passed) {
      send(Reply.of(passed.message()));
    } else if (answer instanceof Answer.PassedFailure<R> passed) {
      close(passed.status(), passed.trailers());
    } else if (answer instanceof Answer.Failed<R> failed) {
      refuse(failed.failure());
    }
  }

  void refuse(Failure failure) {
    close(Statuses.status(failure), Statuses.trailers(failure));
  }

  private void close(Status status, Metadata trailers) {
    if (answered.compareAndSet(false, true)) {
      call.close(status, trailers);
    }
  }

  private void send(Reply reply) {
    if (!hold(reply.sizeBytes())) {
      refuse(
          Failure.of(Reason.OVERLOADED, "callers have not taken enough of their replies yet")
              .retryAfter(runtime.replies().refuse(runtime.ticker().nanos())));
      return;
    }
    if (answered.compareAndSet(false, true)) {
      call.sendHeaders(new Metadata());
      call.sendMessage(reply);
      call.close(Status.OK, new Metadata());
    }
  }

  private boolean hold(long bytes) {
    if (effect == Effect.WRITE) {
      runtime.replies().take(bytes);
    } else if (!runtime.replies().tryTake(bytes)) {
      return false;
    }
    synchronized (this) {
      if (!ended) {
        held = bytes;
        return true;
      }
    }
    runtime.replies().giveBack(bytes);
    return true;
  }

  /** The caller took everything, or went away. */
  void ended() {
    long bytes;
    synchronized (this) {
      bytes = held;
      held = NOTHING;
      ended = true;
    }
    if (bytes != NOTHING) {
      runtime.replies().giveBack(bytes);
    }
  }
}
