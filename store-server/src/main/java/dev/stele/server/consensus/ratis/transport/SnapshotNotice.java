// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.ratis.transport;

import java.io.IOException;
import java.io.InterruptedIOException;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotReplyProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotResult;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LogAppender;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells a follower that what it needs was purged here; for the thread of an appender. */
final class SnapshotNotice {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotNotice.class);

  private final LogAppender appender;
  private final Transport transport;

  SnapshotNotice(LogAppender appender, Transport transport) {
    this.appender = appender;
    this.transport = transport;
  }

  boolean isNeeded() {
    return appender.shouldNotifyToInstallSnapshot() != null;
  }

  /** Notifies the follower, and notes what it answers; blocks for some seconds at most. */
  void send() throws InterruptedException {
    TermIndex first = appender.shouldNotifyToInstallSnapshot();
    if (first == null) {
      return;
    }
    try {
      FollowerInfo follower = appender.getFollower();
      follower.updateLastRpcSendTime(false);
      InstallSnapshotReplyProto reply =
          transport.installSnapshot(appender.newInstallSnapshotNotificationRequest(first));
      follower.updateLastRpcResponseTime();
      answered(follower, reply);
    } catch (InterruptedIOException e) {
      InterruptedException interrupted = new InterruptedException(e.getMessage());
      interrupted.initCause(e);
      throw interrupted;
    } catch (IOException e) {
      LOG.atDebug()
          .addKeyValue("follower", appender.getFollowerId())
          .setCause(e)
          .log("not notified");
    }
  }

  private void answered(FollowerInfo follower, InstallSnapshotReplyProto reply) {
    switch (reply.getResult()) {
      case SUCCESS -> follower.setAttemptedToInstallSnapshot();
      case IN_PROGRESS, SNAPSHOT_EXPIRED, UNRECOGNIZED ->
          LOG.atDebug().addKeyValue("result", reply.getResult()).log("follower was notified");
      case ALREADY_INSTALLED -> installed(follower, reply.getSnapshotIndex());
      case SNAPSHOT_INSTALLED -> {
        installed(follower, reply.getSnapshotIndex());
        if (reply.getSnapshotIndex() + 1 >= appender.getRaftLog().getStartIndex()) {
          tell(InstallSnapshotResult.SUCCESS, reply.getSnapshotIndex());
        }
      }
      case NOT_LEADER -> appender.onFollowerTerm(reply.getTerm());
      case SNAPSHOT_UNAVAILABLE -> {
        follower.setAttemptedToInstallSnapshot();
        tell(InstallSnapshotResult.SNAPSHOT_UNAVAILABLE, RaftLog.INVALID_LOG_INDEX);
      }
      case CONF_MISMATCH ->
          LOG.atError()
              .addKeyValue("follower", appender.getFollowerId())
              .log("the follower expects snapshots in another way");
    }
  }

  private void installed(FollowerInfo follower, long index) {
    follower.setSnapshotIndex(index);
    follower.setAttemptedToInstallSnapshot();
    appender.getLeaderState().onFollowerCommitIndex(follower, index);
    follower.updateNextIndex(index + 1);
  }

  private void tell(InstallSnapshotResult result, long index) {
    appender
        .getServer()
        .getStateMachine()
        .event()
        .notifySnapshotInstalled(result, index, appender.getFollower().getPeer());
  }
}
