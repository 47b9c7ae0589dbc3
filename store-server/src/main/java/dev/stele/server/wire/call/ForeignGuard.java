// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.call;

import dev.stele.server.core.model.Reason;
import dev.stele.server.wire.error.Failure;
import dev.stele.server.wire.error.Statuses;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.StatusRuntimeException;

/**
 * Gives the services that come with gRPC (health, reflection) our answer to what is not a request:
 * left alone they end such a call as UNKNOWN.
 */
public final class ForeignGuard implements ServerInterceptor {
  private ForeignGuard() {}

  /** {@code service}, guarded. */
  public static ServerServiceDefinition guarded(ServerServiceDefinition service) {
    // With streams as messages the service parses them behind the guard, and not before it.
    return ServerInterceptors.intercept(
        ServerInterceptors.useInputStreamMessages(service), new ForeignGuard());
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
      private boolean refused;

      @Override
      public void onMessage(Q message) {
        if (refused) {
          return;
        }
        try {
          super.onMessage(message);
        } catch (StatusRuntimeException e) {
          refused = true;
          Failure failure =
              Failure.of(Reason.INVALID_FIELD, "request", "not a message of this method");
          call.close(Statuses.status(failure), Statuses.trailers(failure));
        }
      }

      @Override
      public void onHalfClose() {
        if (!refused) {
          super.onHalfClose();
        }
      }
    };
  }
}
