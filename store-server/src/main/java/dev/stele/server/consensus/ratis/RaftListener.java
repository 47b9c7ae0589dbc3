// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.ratis;

import dev.stele.server.port.Network;
import java.util.EnumSet;
import org.apache.ratis.grpc.server.GrpcServices;
import org.apache.ratis.proto.grpc.RaftServerProtocolServiceGrpc;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.ServerCallHandler;
import org.apache.ratis.thirdparty.io.grpc.ServerInterceptor;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyServerBuilder;

/**
 * What this node's Raft listener lets in. Ratis serves its own clients and administrators on it
 * too, who could write entries and change the membership past everything else here: those services
 * are refused.
 */
final class RaftListener implements GrpcServices.Customizer, ServerInterceptor {
  private final String selfId;
  private final Network network;
  private final VoteSync votes;

  RaftListener(String selfId, Network network, VoteSync votes) {
    this.selfId = selfId;
    this.network = network;
    this.votes = votes;
  }

  @Override
  public NettyServerBuilder customize(
      NettyServerBuilder builder, EnumSet<GrpcServices.Type> types) {
    return builder.intercept(this);
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    String service = call.getMethodDescriptor().getServiceName();
    if (!RaftServerProtocolServiceGrpc.SERVICE_NAME.equals(service)) {
      call.close(Status.PERMISSION_DENIED.withDescription("for nodes only"), new Metadata());
      return new ServerCall.Listener<>() {};
    }
    ServerCallHandler<Q, A> synced = SyncedCall.answering(next, votes);
    if (network == Network.REAL) {
      return synced.startCall(call, headers);
    }
    return new RaftCall<>(network, selfId, call).begin(headers, synced);
  }
}
