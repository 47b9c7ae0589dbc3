// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.ratis;

import java.util.EnumSet;
import org.apache.ratis.grpc.server.GrpcServices;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto.AppendResult;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.ReadIndexRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.proto.grpc.RaftServerProtocolServiceGrpc;
import org.apache.ratis.thirdparty.io.grpc.ForwardingServerCall;
import org.apache.ratis.thirdparty.io.grpc.ForwardingServerCallListener;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.ServerCallHandler;
import org.apache.ratis.thirdparty.io.grpc.ServerInterceptor;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyServerBuilder;

/**
 * What this node's Raft listener lets in, and what it lets out. Ratis serves its own clients and
 * administrators on it too, who could write entries and change the membership past everything else
 * here: those services are refused. No answer leaves before the vote and the term that it stands on
 * are durable.
 */
final class RaftListener implements GrpcServices.Customizer, ServerInterceptor {
  private final String selfId;
  private final RaftTrafficFilter filter;
  private final VoteSync votes;

  RaftListener(String selfId, RaftTrafficFilter filter, VoteSync votes) {
    this.selfId = selfId;
    this.filter = filter;
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
    Synced<Q, A> synced = new Synced<>(call);
    return new Filtered<>(synced, next.startCall(synced, headers));
  }

  private static RaftRpcRequestProto addresses(Object message) {
    if (message instanceof AppendEntriesRequestProto append) {
      return append.getServerRequest();
    }
    if (message instanceof RequestVoteRequestProto vote) {
      return vote.getServerRequest();
    }
    if (message instanceof InstallSnapshotRequestProto install) {
      return install.getServerRequest();
    }
    if (message instanceof StartLeaderElectionRequestProto election) {
      return election.getServerRequest();
    }
    if (message instanceof ReadIndexRequestProto read) {
      return read.getServerRequest();
    }
    throw new IllegalStateException("a Raft message without a sender: " + message.getClass());
  }

  /** Answers only once what the answer stands on is durable. */
  private final class Synced<Q, A> extends ForwardingServerCall.SimpleForwardingServerCall<Q, A> {
    /** Of the leader at the other end; a stream of appends belongs to one leadership. */
    private volatile long leaderTerm;

    Synced(ServerCall<Q, A> call) {
      super(call);
    }

    void arrived(Q message) {
      if (message instanceof AppendEntriesRequestProto append) {
        leaderTerm = append.getLeaderTerm();
      }
    }

    @Override
    public void sendMessage(A message) {
      boolean accepted =
          message instanceof AppendEntriesReplyProto reply
              && reply.getResult() == AppendResult.SUCCESS;
      votes.beforeTelling(accepted ? leaderTerm : 0);
      super.sendMessage(message);
    }
  }

  /** Loses the messages that the filter does not deliver, as a network would. */
  private final class Filtered<Q>
      extends ForwardingServerCallListener.SimpleForwardingServerCallListener<Q> {
    private final Synced<Q, ?> call;

    Filtered(Synced<Q, ?> call, ServerCall.Listener<Q> listener) {
      super(listener);
      this.call = call;
    }

    @Override
    public void onMessage(Q message) {
      if (filter.delivers(addresses(message).getRequestorId().toStringUtf8(), selfId)) {
        call.arrived(message);
        super.onMessage(message);
      } else {
        // Whoever takes a message asks for the next one; without that the stream would stand still.
        call.request(1);
      }
    }
  }
}
