// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.peer;

import dev.stele.server.core.model.Reason;
import dev.stele.server.port.Origin;
import dev.stele.server.port.PeerIdentity;
import dev.stele.server.wire.call.Caller;
import dev.stele.server.wire.error.Failure;
import dev.stele.server.wire.error.Statuses;
import dev.stele.server.wire.intake.Connection;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Finds out who calls, and lets only those through who may call the method. */
public final class Gatekeeper implements ServerInterceptor {
  private final PeerIdentity identity;
  private final Predicate<String> hears;

  /**
   * @param hears whether calls of the node with this id arrive; tests cut links with it
   */
  public Gatekeeper(PeerIdentity identity, Predicate<String> hears) {
    this.identity = identity;
    this.hears = hears;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    String forwarded = headers.get(Credentials.FORWARDED);
    boolean claimsPeer =
        headers.containsKey(Credentials.MEMBER)
            || headers.containsKey(Credentials.SECRET)
            || forwarded != null;
    Optional<String> peer = claimsPeer ? peer(headers) : Optional.empty();
    if (claimsPeer && peer.isEmpty()) {
      return refuse(call, Reason.UNAUTHENTICATED, "these are not the credentials of a node");
    }
    if (peer.isPresent() && !hears.test(peer.get())) {
      // Lost on the way: nobody answers, and the caller finds out by its own deadline.
      return new ServerCall.Listener<>() {};
    }
    Optional<Role> role = Roles.of(call.getMethodDescriptor().getFullMethodName());
    if (role.isEmpty()) {
      return refuse(call, Reason.FORBIDDEN, "nobody may call this method");
    }
    if (role.get() == Role.PEER && peer.isEmpty()) {
      return refuse(call, Reason.UNAUTHENTICATED, "only nodes of the cluster may call this method");
    }
    Caller client = Connection.of(call.getAttributes()).client();
    Caller caller =
        claimsPeer ? new Caller(peer, forwarded != null, origin(client, forwarded)) : client;
    return Contexts.interceptCall(
        Context.current().withValue(Caller.KEY, caller), call, headers, next);
  }

  private static Origin origin(Caller client, @Nullable String forwarded) {
    return forwarded == null ? client.origin() : new Origin(forwarded);
  }

  private Optional<String> peer(Metadata headers) {
    boolean proved = Credentials.matches(identity.secret(), headers.get(Credentials.SECRET));
    return proved ? Optional.ofNullable(headers.get(Credentials.MEMBER)) : Optional.empty();
  }

  private static <Q, R> ServerCall.Listener<Q> refuse(
      ServerCall<Q, R> call, Reason reason, String message) {
    Failure failure = Failure.of(reason, message);
    call.close(Statuses.status(failure), Statuses.trailers(failure));
    return new ServerCall.Listener<>() {};
  }
}
