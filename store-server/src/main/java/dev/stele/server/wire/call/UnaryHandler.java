// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.call;

import com.google.protobuf.Message;
import dev.stele.server.core.model.Reason;
import dev.stele.server.wire.ApiSettings;
import dev.stele.server.wire.error.Failure;
import dev.stele.server.wire.error.RefusedException;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Serves the calls of one unary method: takes the request in, gives it a deadline, and answers with
 * what its {@link Handler} says.
 */
final class UnaryHandler<Q extends Message, R extends Message>
    implements ServerCallHandler<RequestBytes, Reply> {
  private final Parsing<Q> parsing;
  private final Effect effect;
  private final Handler<Q, R> handler;
  private final CallRuntime runtime;

  UnaryHandler(Q prototype, Effect effect, Handler<Q, R> handler, CallRuntime runtime) {
    this.parsing = new Parsing<>(prototype, true);
    this.effect = effect;
    this.handler = handler;
    this.runtime = runtime;
  }

  @Override
  public ServerCall.Listener<RequestBytes> startCall(
      ServerCall<RequestBytes, Reply> call, Metadata headers) {
    CallMeter meter = CallMeter.KEY.get();
    meter.expireAt(runtime.ticker().nanos() + CallLimits.REQUEST_TIME.toNanos());
    // Two, so that a caller who sends more than one is found out.
    call.request(2);
    return new Listener(new Responder<>(call, effect, runtime), meter);
  }

  private CompletableFuture<Answer<R>> serve(Call call) {
    try {
      Q request = parsing.parse(call.request());
      return handler.handle(call, request);
    } catch (RefusedException e) {
      return Answer.now(e.failure());
    }
  }

  private final class Listener extends ServerCall.Listener<RequestBytes> {
    private final Responder<R> responder;
    private @Nullable RequestBytes request;
    private @Nullable Call call;
    private final CallMeter meter;
    private boolean refused;

    Listener(Responder<R> responder, CallMeter meter) {
      this.responder = responder;
      this.meter = meter;
    }

    @Override
    public void onMessage(RequestBytes message) {
      if (refused) {
        return;
      }
      if (request != null) {
        refuse(Failure.of(Reason.INVALID_FIELD, "request", "more than one request"));
        return;
      }
      byte[] bytes = message.bytes();
      if (bytes == null) {
        refuse(
            Failure.of(
                Reason.BODY_TOO_LARGE,
                "request",
                "more than " + ApiSettings.REQUEST_MAX_BYTES + " bytes"));
        return;
      }
      // A compressed request is longer than what came in.
      long unfolded = bytes.length - meter.held();
      if (unfolded <= 0 || meter.hold(unfolded)) {
        request = message;
      }
    }

    /** At once: what the caller still sends is not waited for. */
    private void refuse(Failure failure) {
      refused = true;
      request = null;
      responder.refuse(failure);
    }

    @Override
    public void onHalfClose() {
      byte[] bytes = request == null ? null : request.bytes();
      if (bytes == null) {
        if (!refused) {
          refuse(Failure.of(Reason.INVALID_FIELD, "request", "no request"));
        }
        return;
      }
      // The call keeps what it needs of it.
      request = null;
      call = new Call(Caller.KEY.get(), bytes, endNanos(), runtime.ticker());
      meter.expireAt(call.deadlineNanos() + CallLimits.REPLY_TIME.toNanos());
      // What the handler starts on behalf of many (a confirm round) must not end with this call.
      Context callers = Context.ROOT.attach();
      try {
        CompletableFuture<Answer<R>> unused = serve(call).whenComplete(this::answer);
      } catch (RuntimeException | Error e) {
        responder.refuse(runtime.unexpected(e));
        rethrowError(e);
      } finally {
        Context.ROOT.detach(callers);
      }
    }

    private void answer(@Nullable Answer<R> answer, @Nullable Throwable thrown) {
      if (answer != null) {
        responder.answer(answer);
      } else if (thrown != null) {
        responder.refuse(runtime.unexpected(thrown));
      }
    }

    private long endNanos() {
      Deadline deadline = Context.current().getDeadline();
      return Deadlines.endNanos(
          runtime.ticker().nanos(),
          deadline == null
              ? OptionalLong.empty()
              : OptionalLong.of(deadline.timeRemaining(TimeUnit.NANOSECONDS)));
    }

    @Override
    public void onCancel() {
      if (call != null) {
        call.cancel();
      }
      responder.ended();
    }

    @Override
    public void onComplete() {
      responder.ended();
    }
  }

  private static void rethrowError(Throwable e) {
    if (e instanceof Error error) {
      throw error;
    }
  }
}
