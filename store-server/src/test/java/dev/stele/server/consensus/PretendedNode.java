// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus;

import dev.stele.server.consensus.ratis.RatisNode;
import dev.stele.server.consensus.ratis.transport.RawPeer;
import dev.stele.server.port.PeerIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
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
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * Talks Raft to one real node in another node's name: asks it for votes, leads it, and votes for
 * it.
 */
final class PretendedNode implements AutoCloseable {
  /** What the nodes of {@link TestNode} and {@link VoterProcess} share. */
  static final String SECRET = "secret";

  private static final int PATIENCE_SECONDS = 20;

  private final String self;
  private final String other;
  private final String group;
  private final String raft;
  private @Nullable RawPeer connection;

  /**
   * @param raft address of the real node
   */
  PretendedNode(String clusterName, String self, String other, String raft) {
    this.self = self;
    this.other = other;
    this.group = RatisNode.groupId(clusterName);
    this.raft = raft;
  }

  /** Asks the real node for its vote, with a log that is longer than any. */
  RequestVoteReplyProto askForVote(long term) {
    RequestVoteRequestProto request =
        RequestVoteRequestProto.newBuilder()
            .setServerRequest(request())
            .setCandidateTerm(term)
            .setCandidateLastEntry(
                TermIndexProto.newBuilder().setTerm(term - 1).setIndex(1_000_000))
            .build();
    try {
      return connection().askForVote(request, RequestVoteReplyProto.parser());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Leads the real node, without anything to append. */
  Leadership lead(long term) {
    return new Leadership(term);
  }

  private RawPeer connection() throws IOException {
    RawPeer open = connection;
    if (open == null) {
      open = RawPeer.connect(raft, new PeerIdentity(self, SECRET), group, other);
      connection = open;
    }
    return open;
  }

  /** Heartbeats, and what comes back: answers, and how the connection ended. */
  final class Leadership {
    private final long term;
    final BlockingQueue<Object> answers = new LinkedBlockingQueue<>();

    Leadership(long term) {
      this.term = term;
      Thread reader = new Thread(this::read, "pretended-leader");
      reader.setDaemon(true);
      reader.start();
    }

    private void read() {
      try {
        while (true) {
          answers.add(answerOrReason());
        }
      } catch (IOException ended) {
        answers.add(ended);
      }
    }

    private Object answerOrReason() throws IOException {
      try {
        return opened().readAnswer(AppendEntriesReplyProto.parser());
      } catch (RawPeer.NotAnswered reason) {
        return reason;
      }
    }

    private RawPeer opened() throws IOException {
      synchronized (PretendedNode.this) {
        return connection();
      }
    }

    Leadership heartbeat() throws IOException {
      opened()
          .append(
              AppendEntriesRequestProto.newBuilder()
                  .setServerRequest(request())
                  .setLeaderTerm(term)
                  .setLeaderCommit(-1)
                  .build());
      return this;
    }

    /** The next answer, or how the connection ended; null when there is none in time. */
    @Nullable Object answer() throws InterruptedException {
      return answers.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
  }

  /** Listens at {@code raft} and votes for whoever asks, until it is closed. */
  static ServerSocket voter(
      String id, String clusterName, String raft, Consumer<RequestVoteRequestProto> asked)
      throws IOException {
    URI address = URI.create("raft://" + raft);
    ServerSocket socket = new ServerSocket();
    socket.setReuseAddress(true);
    socket.bind(new InetSocketAddress(address.getHost(), address.getPort()));
    Thread voting =
        new Thread(() -> vote(socket, new PeerIdentity(id, SECRET), clusterName, asked), "voter");
    voting.setDaemon(true);
    voting.start();
    return socket;
  }

  private static void vote(
      ServerSocket socket,
      PeerIdentity identity,
      String clusterName,
      Consumer<RequestVoteRequestProto> asked) {
    while (!socket.isClosed()) {
      try (RawPeer peer =
          RawPeer.accept(socket.accept(), identity, RatisNode.groupId(clusterName))) {
        while (true) {
          peer.vote(
              RequestVoteRequestProto.parser(),
              request -> {
                asked.accept(request);
                return granted(request);
              });
        }
      } catch (IOException ended) {
        // The node comes again, or the test is over.
      }
    }
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
    ByteString groupId = RaftGroupId.valueOf(UUID.fromString(group)).toByteString();
    return RaftRpcRequestProto.newBuilder()
        .setRequestorId(ByteString.copyFromUtf8(self))
        .setReplyId(ByteString.copyFromUtf8(other))
        .setRaftGroupId(RaftGroupIdProto.newBuilder().setId(groupId))
        .setCallId(1)
        .build();
  }

  @Override
  public synchronized void close() {
    RawPeer open = connection;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
