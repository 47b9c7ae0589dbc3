// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.ratis;

import dev.stele.server.port.Ticker;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.apache.ratis.proto.RaftProtos.CommitInfoProto;
import org.apache.ratis.proto.RaftProtos.ServerRpcProto;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.TransferLeadershipRequest;
import org.apache.ratis.server.RaftServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives leadership to another node before this one stops, so that nobody waits for an election
 * timeout. Ratis accepts any voter as the next leader when none has a higher priority, refuses new
 * writes meanwhile, and tells the chosen one to call an election once it has the whole log.
 */
final class LeadershipHandover {
  private static final Logger LOG = LoggerFactory.getLogger(LeadershipHandover.class);

  private final RaftServer server;
  private final RaftServer.Division division;
  private final ClientId client;
  private final LongSupplier callIds;
  private final Ticker ticker;
  private final Duration attemptTimeout;

  /**
   * @param attemptTimeout for one successor; an election without contenders takes less
   */
  LeadershipHandover(
      RaftServer server,
      RaftServer.Division division,
      ClientId client,
      LongSupplier callIds,
      Ticker ticker,
      Duration attemptTimeout) {
    this.server = server;
    this.division = division;
    this.client = client;
    this.callIds = callIds;
    this.ticker = ticker;
    this.attemptTimeout = attemptTimeout;
  }

  /** Blocks for {@code timeout} at most; a node that does not lead returns at once. */
  void run(Duration timeout) throws InterruptedException {
    long deadlineNanos = ticker.nanos() + timeout.toNanos();
    if (!division.getInfo().isLeader()) {
      return;
    }
    for (RaftPeerId successor : successors()) {
      long leftMillis = (deadlineNanos - ticker.nanos()) / 1_000_000;
      long millis = Math.min(leftMillis, attemptTimeout.toMillis());
      if (millis <= 0 || !division.getInfo().isLeader()) {
        return;
      }
      if (transfer(successor, millis)) {
        LOG.atInfo()
            .addKeyValue("node", division.getId())
            .addKeyValue("leader", successor)
            .log("handed leadership over");
        return;
      }
    }
  }

  /** Followers that answered lately, the one that is furthest first. */
  private List<RaftPeerId> successors() {
    Map<RaftPeerId, Long> commits = new HashMap<>();
    for (CommitInfoProto info : division.getCommitInfos()) {
      commits.put(RaftPeerId.valueOf(info.getServer().getId()), info.getCommitIndex());
    }
    Comparator<RaftPeerId> furthestFirst =
        Comparator.comparing((RaftPeerId id) -> commits.getOrDefault(id, -1L)).reversed();
    return division.getInfo().getRoleInfoProto().getLeaderInfo().getFollowerInfoList().stream()
        .filter(peer -> peer.getLastRpcElapsedTimeMs() < attemptTimeout.toMillis())
        .map(ServerRpcProto::getId)
        .map(peer -> RaftPeerId.valueOf(peer.getId()))
        .filter(id -> division.getRaftConf().getPeer(id) != null)
        .sorted(furthestFirst)
        .toList();
  }

  private boolean transfer(RaftPeerId successor, long millis) throws InterruptedException {
    RaftGroupId group = division.getMemberId().getGroupId();
    TransferLeadershipRequest request =
        new TransferLeadershipRequest(
            client, server.getId(), group, callIds.getAsLong(), successor, millis);
    try {
      // Ratis gives up by itself after the same time; the rest is for its answer.
      RaftClientReply reply =
          server.transferLeadershipAsync(request).get(millis + 100, TimeUnit.MILLISECONDS);
      if (reply.isSuccess()) {
        return true;
      }
      notHandedOver(successor, reply.getException());
    } catch (ExecutionException | TimeoutException | IOException e) {
      notHandedOver(successor, e);
    }
    return false;
  }

  private void notHandedOver(RaftPeerId successor, Exception why) {
    LOG.atWarn()
        .addKeyValue("node", division.getId())
        .addKeyValue("successor", successor)
        .setCause(why)
        .log("leadership was not taken");
  }
}
