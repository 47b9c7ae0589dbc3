// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.ratis.transport;

import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.server.leader.LogAppenderBase;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.server.raftlog.RaftLogIOException;
import org.apache.ratis.util.LifeCycle;
import org.apache.ratis.util.Timestamp;
import org.jspecify.annotations.Nullable;

/**
 * Sends a leader's log to one follower. What is sent and what is answered is dealt with on the loop
 * of the connection, where the {@link AppendPipeline} lives; whoever appends only wakes it up.
 *
 * <p>Ratis' own thread for each follower does what may block: it looks after heartbeats and the
 * follower's health, reads entries back that are not in memory any more, steps down for a later
 * term, and notifies a follower that needs what was purged.
 */
final class PipelinedAppender extends LogAppenderBase implements AppendPipeline.Leading {
  private static final long SHORTEST_TICK_MILLIS = 5;
  private static final long LONGEST_TICK_MILLIS = 50;
  private static final int TICKS_PER_ELECTION = 8;

  private final Transport transport;
  private final TransportSetup setup;
  private final long tickMillis;
  private final AtomicLong callIds = new AtomicLong();
  private final AtomicBoolean pumpScheduled = new AtomicBoolean();
  private final Semaphore work = new Semaphore(0);
  private final SnapshotNotice notice;
  private final AppendReader reader;
  private volatile @Nullable Conversation conversation;
  private volatile long laterTerm = -1;
  private volatile boolean installing;
  private volatile @Nullable IOException broken;

  PipelinedAppender(
      RaftServer.Division division,
      LeaderState leader,
      FollowerInfo follower,
      TransportSetup setup,
      Transport transport) {
    super(division, leader, follower);
    this.setup = setup;
    this.transport = transport;
    this.notice = new SnapshotNotice(this, transport);
    this.reader = new AppendReader(division.getRaftLog());
    this.tickMillis =
        Math.max(
            SHORTEST_TICK_MILLIS,
            Math.min(
                LONGEST_TICK_MILLIS, setup.electionTimeoutMin().toMillis() / TICKS_PER_ELECTION));
  }

  @Override
  public long getCallId() {
    return callIds.get();
  }

  @Override
  public Comparator<Long> getCallIdComparator() {
    return Comparator.naturalOrder();
  }

  /** Wakes the pipeline up; any thread. Many calls in a row come to one look at the log. */
  @Override
  public void notifyLogAppender() {
    Conversation running = conversation;
    if (running != null && !pumpScheduled.getAndSet(true)) {
      running.link.onLoop(
          () -> {
            pumpScheduled.set(false);
            running.pump();
          });
    }
  }

  @Override
  public void run() throws InterruptedException, IOException {
    installing = notice.isNeeded();
    Conversation begun = new Conversation(link());
    conversation = begun;
    try {
      begun.link.onLoop(() -> begun.link.watch(begun));
      while (isRunning()) {
        doWhatMayBlock();
        notifyLogAppender();
        boolean unusedWoken = work.tryAcquire(tickMillis, TimeUnit.MILLISECONDS);
        work.drainPermits();
      }
    } finally {
      conversation = null;
      begun.link.onLoop(() -> begun.link.unwatch(begun));
    }
  }

  private RaftLink link() throws InterruptedException {
    while (true) {
      try {
        return transport.link(getFollowerId());
      } catch (IOException notYet) {
        LOG.debug("{} waits for its link", this, notYet);
        boolean unusedWoken = work.tryAcquire(tickMillis, TimeUnit.MILLISECONDS);
      }
    }
  }

  @Override
  public CompletableFuture<LifeCycle.State> stopAsync() {
    work.release();
    return super.stopAsync();
  }

  private void doWhatMayBlock() throws IOException, InterruptedException {
    IOException failure = broken;
    if (failure != null) {
      throw failure;
    }
    long term = laterTerm;
    if (term >= 0) {
      laterTerm = -1;
      onFollowerTerm(term);
    }
    installing = notice.isNeeded();
    if (installing) {
      notice.send();
    } else {
      reader.readBack(next());
    }
    getLeaderState().checkHealth(getFollower());
  }

  @Override
  public @Nullable AppendEntriesRequestProto entries() {
    RaftLog log = getRaftLog();
    long next = next();
    if (next >= log.getNextIndex() || installing) {
      return null;
    }
    TermIndex previous = getPrevious(next);
    boolean unknown = previous == null && next > 0 && next != getFollower().getSnapshotIndex() + 1;
    if (unknown || next < log.getStartIndex() || !reader.isInMemory(next)) {
      work.release();
      return null;
    }
    try {
      List<LogEntryProto> entries = reader.from(next);
      return entries.isEmpty() ? null : request(entries, previous);
    } catch (RaftLogIOException e) {
      broken = e;
      work.release();
      return null;
    }
  }

  @Override
  public AppendEntriesRequestProto heartbeat() {
    resetHeartbeatTrigger();
    return request(List.of(), getPrevious(next()));
  }

  private AppendEntriesRequestProto request(
      List<LogEntryProto> entries, @Nullable TermIndex previous) {
    return getLeaderState()
        .newAppendEntriesRequestProto(getFollower(), entries, previous, callIds.getAndIncrement());
  }

  @Override
  public boolean isLeading() {
    return isRunning();
  }

  @Override
  public boolean heartbeatDue() {
    return getHeartbeatWaitTimeMs() <= 0;
  }

  @Override
  public void sending(AppendEntriesRequestProto request) {
    getFollower().updateLastRpcSendTime(request.getEntriesCount() == 0);
  }

  @Override
  public void answered(long sentNanos) {
    long agoMillis = (setup.ticker().nanos() - sentNanos) / 1_000_000;
    getFollower()
        .updateLastRespondedAppendEntriesSendTime(
            Timestamp.currentTime().addTimeMs(-agoMillis - 1));
    getFollower().updateLastRpcResponseTime();
  }

  @Override
  public void taken(AppendEntriesReplyProto reply, boolean heartbeat) {
    getLeaderState().onFollowerCommitIndex(getFollower(), reply.getFollowerCommit());
    if (!heartbeat && getFollower().updateMatchIndex(reply.getMatchIndex())) {
      getFollower().updateNextIndex(reply.getMatchIndex() + 1);
      getLeaderState().onFollowerSuccessAppendEntries(getFollower());
    }
  }

  @Override
  public void dealtWith(AppendEntriesReplyProto reply) {
    getLeaderState().onAppendEntriesReply(this, reply);
    notifyLogAppender();
  }

  @Override
  public void laterTerm(long term) {
    laterTerm = term;
    work.release();
  }

  @Override
  public long nextAfterRefusal(long first, long followersNext) {
    return getNextIndexForInconsistency(first, followersNext);
  }

  @Override
  public long next() {
    return getFollower().getNextIndex();
  }

  @Override
  public void next(long index) {
    if (index > next()) {
      getFollower().updateNextIndex(index);
    } else {
      getFollower().setNextIndex(index);
    }
  }

  @Override
  public long match() {
    return getFollower().getMatchIndex();
  }

  @Override
  public long committed() {
    return getRaftLog().getLastCommittedIndex();
  }

  /** The pipeline and its connection. */
  private final class Conversation implements AppendPipeline.Wire, RaftLink.Watcher {
    private final RaftLink link;
    private final AppendPipeline pipeline;

    Conversation(RaftLink link) {
      this.link = link;
      this.pipeline =
          new AppendPipeline(
              PipelinedAppender.this, this, setup.retryNanos(), setup.silenceNanos());
    }

    private void pump() {
      doing(pipeline::pump);
    }

    /** What Ratis throws ends this appender, and another one takes its place. */
    private void doing(Runnable step) {
      try {
        step.run();
      } catch (RuntimeException e) {
        if (isRunning()) {
          broken = new IOException("appends to " + getFollowerId() + " went wrong", e);
          work.release();
        }
      }
    }

    @Override
    public boolean isUp() {
      return link.isUp();
    }

    @Override
    public boolean isWritable() {
      return link.isWritable();
    }

    @Override
    public void send(AppendEntriesRequestProto request, AppendPipeline.Sent sent) {
      link.call(
          FrameKind.APPEND, request, AppendEntriesReplyProto.parser(), new AppendAnswer(sent));
    }

    @Override
    public void flush() {
      link.flush();
    }

    @Override
    public void drop(String why) {
      link.drop(why);
    }

    @Override
    public void pumpLater(long nanos) {
      Io.later(link.loop(), nanos, () -> doing(pipeline::pumpedLater));
    }

    @Override
    public long nowNanos() {
      return setup.ticker().nanos();
    }

    @Override
    public void up() {
      doing(pipeline::up);
    }

    @Override
    public void down() {
      doing(pipeline::down);
    }

    @Override
    public void writable() {
      pump();
    }

    private final class AppendAnswer implements RaftLink.Answer<AppendEntriesReplyProto> {
      private final AppendPipeline.Sent sent;

      AppendAnswer(AppendPipeline.Sent sent) {
        this.sent = sent;
      }

      @Override
      public void came(AppendEntriesReplyProto reply) {
        doing(() -> pipeline.came(sent, reply));
      }

      @Override
      public void failed(IOException why) {
        doing(() -> pipeline.failed(sent));
      }

      @Override
      public boolean isWanted() {
        return true;
      }
    }
  }
}
