// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.ratis;

import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto.AppendResult;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.thirdparty.io.grpc.ForwardingServerCall;
import org.apache.ratis.thirdparty.io.grpc.ForwardingServerCallListener;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.ServerCallHandler;

/** A call of another node that is answered only once what the answer stands on is durable. */
final class SyncedCall<Q, A> extends ForwardingServerCall.SimpleForwardingServerCall<Q, A> {
  private final VoteSync votes;

  /** Of the leader at the other end; a stream of appends belongs to one leadership. */
  private volatile long leaderTerm;

  private SyncedCall(ServerCall<Q, A> call, VoteSync votes) {
    super(call);
    this.votes = votes;
  }

  /** What {@code handler} does, its answers held back until they are true. */
  static <Q, A> ServerCallHandler<Q, A> answering(ServerCallHandler<Q, A> handler, VoteSync votes) {
    return (ServerCall<Q, A> call, Metadata headers) -> {
      SyncedCall<Q, A> synced = new SyncedCall<>(call, votes);
      return synced.new Arrivals(handler.startCall(synced, headers));
    };
  }

  @Override
  public void sendMessage(A message) {
    boolean accepted =
        message instanceof AppendEntriesReplyProto reply
            && reply.getResult() == AppendResult.SUCCESS;
    votes.beforeTelling(accepted ? leaderTerm : 0);
    super.sendMessage(message);
  }

  private final class Arrivals
      extends ForwardingServerCallListener.SimpleForwardingServerCallListener<Q> {
    Arrivals(ServerCall.Listener<Q> listener) {
      super(listener);
    }

    @Override
    public void onMessage(Q message) {
      if (message instanceof AppendEntriesRequestProto append) {
        leaderTerm = append.getLeaderTerm();
      }
      super.onMessage(message);
    }
  }
}
