// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.ratis.transport;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.apache.ratis.proto.RaftProtos.RaftGroupIdProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteReplyProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that the leader's process has ended, so that nobody has to wait for an election timeout.
 *
 * <p>A leader whose connection is gone may be cut off, slow, or about to connect again. One whose
 * host refuses a new connection, too, has no process any more: its kernel says so. Then the voters
 * that are left call an election in turns, so that they do not split the votes: the first at once,
 * each other one when those before it had a while and there is still no leader.
 *
 * <p>An election that is called for skips the round of pre-votes (Ongaro, "Consensus: Bridging
 * Theory and Practice", 9.6), which the others would refuse for as long as the leader's last
 * heartbeat is young. So what that round is for is asked first: whether a majority answers, and
 * nobody of it has a later log. Whoever learns nothing here waits for its timeout as always; what
 * makes an election safe is Raft's in either case.
 */
final class LeaderLoss {
  /** Looks at a process that still takes connections: it may be in the middle of ending. */
  static final int LOOKS = 5;

  private static final long LOOK_AGAIN_NANOS = 20_000_000;
  private static final int CONNECT_MILLIS = 200;

  private static final Logger LOG = LoggerFactory.getLogger(LeaderLoss.class);

  private final TransportSetup setup;
  private final Transport transport;
  private final RaftServer server;
  private final RaftGroupId groupId;
  private final Doorkeeper door;
  private final Loops loops;

  LeaderLoss(
      TransportSetup setup,
      Transport transport,
      RaftServer server,
      RaftGroupId groupId,
      Doorkeeper door,
      Loops loops) {
    this.setup = setup;
    this.transport = transport;
    this.server = server;
    this.groupId = groupId;
    this.door = door;
    this.loops = loops;
  }

  /**
   * A leader that this node follows.
   *
   * @param survivors the voters without it, in the order of their turns; this node is one
   */
  private record Followed(RaftPeerId leader, List<RaftPeerId> survivors) {
    int turnOf(RaftPeerId node) {
      return survivors.indexOf(node);
    }

    /** Whether so many of all voters are more than half of them. */
    boolean isMajority(int count) {
      return 2 * count > survivors.size() + 1;
    }
  }

  private interface Step {
    void run() throws IOException, InterruptedException;
  }

  /** The connection of {@code node} to this one has ended; on the loop of those who are asked. */
  void disconnected(String node) {
    look(node, LOOKS);
  }

  private void look(String node, int looks) {
    if (door.isConnected(node)) {
      return;
    }
    block(
        () -> {
          Followed followed = followed(node);
          if (followed == null) {
            return;
          }
          if (refuses(transport.address(followed.leader()))) {
            int turn = followed.turnOf(server.getId());
            later(turn * setup.turnNanos(), () -> block(() -> call(followed)));
          } else if (looks > 1) {
            later(LOOK_AGAIN_NANOS, () -> look(node, looks - 1));
          }
        });
  }

  /** Null when this node does not follow {@code node}, or is not one of those who may follow it. */
  private @Nullable Followed followed(String node) throws IOException {
    RaftServer.Division division = server.getDivision(groupId);
    RaftPeerId leader = division.getInfo().getLeaderId();
    RaftConfiguration voters = division.getRaftConf();
    // In the middle of a change two majorities count: that is left to the timeouts.
    if (!division.getInfo().isFollower()
        || leader == null
        || !leader.toString().equals(node)
        || !voters.getPreviousPeers().isEmpty()) {
      return null;
    }
    List<RaftPeerId> survivors =
        voters.getCurrentPeers().stream()
            .map(RaftPeer::getId)
            .filter(id -> !id.equals(leader))
            .sorted((a, b) -> a.toString().compareTo(b.toString()))
            .toList();
    return survivors.contains(server.getId()) ? new Followed(leader, survivors) : null;
  }

  /** Whether nobody listens there; a host that says nothing does not say that. */
  private static boolean refuses(HostPort address) {
    try (Socket socket = new Socket()) {
      socket.connect(address.resolve(), CONNECT_MILLIS);
      return false;
    } catch (ConnectException refused) {
      return true;
    } catch (IOException unknown) {
      return false;
    }
  }

  private void call(Followed followed) throws IOException, InterruptedException {
    RaftServer.Division division = server.getDivision(groupId);
    DivisionInfo info = division.getInfo();
    RaftPeerId leader = info.getLeaderId();
    if (!info.isFollower() || (leader != null && !leader.equals(followed.leader()))) {
      return;
    }
    TermIndex last = division.getRaftLog().getLastEntryTermIndex();
    if (last == null || !wouldWin(followed, info.getCurrentTerm(), last)) {
      return;
    }
    LOG.atInfo()
        .addKeyValue("leader", followed.leader())
        .addKeyValue("term", info.getCurrentTerm())
        .log("the leader's process has ended: calling an election");
    var unusedReply =
        server.startLeaderElection(
            StartLeaderElectionRequestProto.newBuilder()
                // As if that leader had handed over to this node, which has all that is asked for.
                .setServerRequest(request(followed.leader(), server.getId()))
                .setLeaderLastEntry(last.toProto())
                .build());
  }

  private boolean wouldWin(Followed followed, long term, TermIndex last)
      throws InterruptedException {
    List<RequestVoteRequestProto> questions =
        followed.survivors().stream()
            .filter(id -> !id.equals(server.getId()))
            .map(
                id ->
                    RequestVoteRequestProto.newBuilder()
                        .setServerRequest(request(server.getId(), id))
                        .setCandidateTerm(term)
                        .setCandidateLastEntry(last.toProto())
                        .setPreVote(true)
                        .build())
            .toList();
    List<RequestVoteReplyProto> answers =
        transport.soundOut(questions, setup.electionTimeoutMin().toNanos());
    return followed.isMajority(1 + answers.size())
        && answers.stream()
            .allMatch(answer -> last.compareTo(TermIndex.valueOf(answer.getLastEntry())) >= 0);
  }

  private RaftRpcRequestProto request(RaftPeerId from, RaftPeerId to) {
    return RaftRpcRequestProto.newBuilder()
        .setRequestorId(from.toByteString())
        .setReplyId(to.toByteString())
        .setRaftGroupId(RaftGroupIdProto.newBuilder().setId(groupId.toByteString()))
        .build();
  }

  private void later(long nanos, Runnable step) {
    Io.later(loops.asked(), nanos, step);
  }

  private void block(Step step) {
    try {
      loops.block(
          () -> {
            try {
              step.run();
            } catch (IOException | RuntimeException e) {
              LOG.atDebug().addKeyValue("node", setup.selfId()).setCause(e).log("no look taken");
            } catch (InterruptedException closing) {
              Thread.currentThread().interrupt();
            }
          });
    } catch (RejectedExecutionException closing) {
      LOG.atDebug().addKeyValue("node", setup.selfId()).log("no look taken: closed, or busy");
    }
  }
}
