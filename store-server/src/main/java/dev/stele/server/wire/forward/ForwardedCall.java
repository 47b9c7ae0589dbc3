// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.forward;

import com.google.protobuf.Message;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Reason;
import dev.stele.server.wire.call.Answer;
import dev.stele.server.wire.error.Failure;
import dev.stele.server.wire.error.Statuses;
import io.grpc.ClientCall;
import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One call passed on to the leader. The leader's word is passed back as it came; without one, it
 * matters whether anything was sent: if not, nothing happened; if so, nobody knows.
 *
 * @param <R> the response
 */
final class ForwardedCall<R extends Message> extends ClientCall.Listener<byte[]> {
  private final CompletableFuture<Forwarded<R>> outcome = new CompletableFuture<>();
  private byte @Nullable [] response;
  private volatile boolean sent;

  CompletableFuture<Forwarded<R>> outcome() {
    return outcome;
  }

  /** Notes when the call's headers went out on a connection. */
  ClientStreamTracer.Factory tracer() {
    return new ClientStreamTracer.Factory() {
      @Override
      public ClientStreamTracer newClientStreamTracer(
          ClientStreamTracer.StreamInfo info, Metadata headers) {
        return new ClientStreamTracer() {
          @Override
          public void outboundHeaders() {
            sent = true;
          }
        };
      }
    };
  }

  @Override
  public void onMessage(byte[] message) {
    response = message;
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    outcome.complete(outcome(status, trailers));
  }

  private Forwarded<R> outcome(Status status, Metadata trailers) {
    if (status.isOk() && response != null) {
      return new Forwarded.Answered<>(new Answer.Passed<>(Bytes.wrap(response)));
    }
    if (trailers.containsKey(Statuses.REASON)) {
      return new Forwarded.Answered<>(new Answer.PassedFailure<>(status, ours(trailers)));
    }
    if (!sent) {
      return new Forwarded.NotSent<>("the leader can't be reached: " + status.getCode());
    }
    Failure unknown =
        Failure.of(
            Reason.OUTCOME_UNKNOWN,
            "the leader did not answer (%s): it may have done it".formatted(status.getCode()));
    boolean late = status.getCode() == Status.Code.DEADLINE_EXCEEDED;
    return new Forwarded.Answered<>(new Answer.Failed<>(late ? unknown.afterDeadline() : unknown));
  }

  /** The rest of the trailers belongs to the connection that they came on. */
  private static Metadata ours(Metadata trailers) {
    Metadata ours = new Metadata();
    copy(Statuses.DETAILS, trailers, ours);
    copy(Statuses.REASON, trailers, ours);
    return ours;
  }

  private static <T> void copy(Metadata.Key<T> key, Metadata from, Metadata to) {
    T value = from.get(key);
    if (value != null) {
      to.put(key, value);
    }
  }
}
