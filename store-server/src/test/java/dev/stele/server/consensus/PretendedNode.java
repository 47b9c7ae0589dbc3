// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus;

import dev.stele.server.consensus.ratis.RatisNode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftGroupIdProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcReplyProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteReplyProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.TermIndexProto;
import org.apache.ratis.proto.grpc.RaftServerProtocolServiceGrpc;
import org.apache.ratis.proto.grpc.RaftServerProtocolServiceGrpc.RaftServerProtocolServiceImplBase;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.io.grpc.ManagedChannel;
import org.apache.ratis.thirdparty.io.grpc.Server;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyChannelBuilder;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyServerBuilder;
import org.apache.ratis.thirdparty.io.grpc.stub.StreamObserver;

/**
 * Talks Raft to one real node in another node's name: asks it for votes, leads it, and votes for
 * it.
 */
final class PretendedNode implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 20;

  private final String self;
  private final String other;
  private final ByteString group;
  private final ManagedChannel channel;

  /**
   * @param raft address of the real node
   */
  PretendedNode(String clusterName, String self, String other, String raft) {
    this.self = self;
    this.other = other;
    group = RaftGroupId.valueOf(UUID.fromString(RatisNode.groupId(clusterName))).toByteString();
    channel = NettyChannelBuilder.forTarget(raft).usePlaintext().build();
  }

  /** Asks the real node for its vote, with a log that is longer than any. */
  RequestVoteReplyProto askForVote(long term) {
    return RaftServerProtocolServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS)
        .withWaitForReady()
        .requestVote(
            RequestVoteRequestProto.newBuilder()
                .setServerRequest(request())
                .setCandidateTerm(term)
                .setCandidateLastEntry(
                    TermIndexProto.newBuilder().setTerm(term - 1).setIndex(1_000_000))
                .build());
  }

  /** Leads the real node, without anything to append. */
  Leadership lead(long term) {
    return new Leadership(term);
  }

  /** A stream of heartbeats. */
  final class Leadership implements StreamObserver<AppendEntriesReplyProto> {
    private final long term;
    private final StreamObserver<AppendEntriesRequestProto> appends;
    final BlockingQueue<Object> answers = new LinkedBlockingQueue<>();

    Leadership(long term) {
      this.term = term;
      appends =
          RaftServerProtocolServiceGrpc.newStub(channel).withWaitForReady().appendEntries(this);
    }

    Leadership heartbeat() {
      appends.onNext(
          AppendEntriesRequestProto.newBuilder()
              .setServerRequest(request())
              .setLeaderTerm(term)
              .setLeaderCommit(-1)
              .build());
      return this;
    }

    /** The next answer, or how the stream ended; null when there is none in time. */
    Object answer() throws InterruptedException {
      return answers.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void onNext(AppendEntriesReplyProto answer) {
      answers.add(answer);
    }

    @Override
    public void onError(Throwable e) {
      answers.add(e);
    }

    @Override
    public void onCompleted() {
      answers.add("completed");
    }
  }

  /** Listens at {@code raft} and votes for whoever asks. */
  static Server voter(String raft, Consumer<RequestVoteRequestProto> asked) throws IOException {
    URI address = URI.create("raft://" + raft);
    return NettyServerBuilder.forAddress(
            new InetSocketAddress(address.getHost(), address.getPort()))
        .addService(
            new RaftServerProtocolServiceImplBase() {
              @Override
              public void requestVote(
                  RequestVoteRequestProto vote, StreamObserver<RequestVoteReplyProto> answer) {
                asked.accept(vote);
                answer.onNext(granted(vote));
                answer.onCompleted();
              }
            })
        .build()
        .start();
  }

  private static RequestVoteReplyProto granted(RequestVoteRequestProto vote) {
    RaftRpcRequestProto asked = vote.getServerRequest();
    return RequestVoteReplyProto.newBuilder()
        .setServerReply(
            RaftRpcReplyProto.newBuilder()
                .setRequestorId(asked.getRequestorId())
                .setReplyId(asked.getReplyId())
                .setRaftGroupId(asked.getRaftGroupId())
                .setCallId(asked.getCallId())
                .setSuccess(true))
        .setTerm(vote.getCandidateTerm())
        .setLastEntry(vote.getCandidateLastEntry())
        .build();
  }

  private RaftRpcRequestProto request() {
    return RaftRpcRequestProto.newBuilder()
        .setRequestorId(ByteString.copyFromUtf8(self))
        .setReplyId(ByteString.copyFromUtf8(other))
        .setRaftGroupId(RaftGroupIdProto.newBuilder().setId(group))
        .setCallId(1)
        .build();
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
