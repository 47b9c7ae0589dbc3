// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.ratis.transport;

import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.jspecify.annotations.Nullable;

/**
 * A leader's appends to one follower, several of them on their way at a time. For one thread.
 *
 * <p>Entries are sent as soon as they are appended, each once, from where the last append ended.
 * What goes wrong begins a new run: nothing that was sent before counts as on its way any more, the
 * next index goes back to what is not known to have arrived, and one append alone goes ahead until
 * it is taken. An earlier run's success still counts, because a leader's log only grows; its
 * complaints do not.
 *
 * <p>Heartbeats don't wait for appends. One that follows a commit tells the follower of it, if no
 * append does so within {@link #NOTICE_NANOS}.
 */
final class AppendPipeline {
  /** Appends with entries on their way to one follower. */
  static final int MAX_IN_FLIGHT = 16;

  /** How long an append that an answer is missing to is waited for. */
  static final long RESEND_NANOS = 3_000_000_000L;

  /** A commit is told by the next append, or by a message of its own after this. */
  static final long NOTICE_NANOS = 1_000_000;

  /** Refusals without progress that are met at once; after them there is a pause. */
  static final int QUICK_RETRIES = 5;

  private final Leading leading;
  private final Wire wire;
  private final long retryNanos;
  private final long silenceNanos;
  private final Deque<Sent> inFlight = new ArrayDeque<>();
  private long run;
  private boolean probing = true;
  private int refusals;
  private long lowestRefused = Long.MAX_VALUE;
  private long holdUntilNanos;
  private boolean holding;
  private long toldCommit = -1;
  private long noticed = -1;
  private boolean noticeDue;
  private boolean noticeScheduled;
  private long heartbeatsOpen;
  private long openSinceNanos;

  /**
   * @param retryNanos pause before a refused append is sent again
   * @param silenceNanos after which a peer that leaves everything unanswered is reconnected
   */
  AppendPipeline(Leading leading, Wire wire, long retryNanos, long silenceNanos) {
    this.leading = leading;
    this.wire = wire;
    this.retryNanos = retryNanos;
    this.silenceNanos = silenceNanos;
  }

  /** The leader, as far as one follower goes. */
  interface Leading {
    boolean isLeading();

    /** The append that follows what was sent; null when there is none that can be sent now. */
    @Nullable AppendEntriesRequestProto entries();

    /** An append without entries. */
    AppendEntriesRequestProto heartbeat();

    /** Whether a heartbeat must be sent now. */
    boolean heartbeatDue();

    /** It is about to be sent. */
    void sending(AppendEntriesRequestProto request);

    /** An answer has come to what was sent then. */
    void answered(long sentNanos);

    /** The follower has taken it. */
    void taken(AppendEntriesReplyProto reply, boolean heartbeat);

    /** The answer is dealt with. */
    void dealtWith(AppendEntriesReplyProto reply);

    /** The follower knows of a later term. */
    void laterTerm(long term);

    /**
     * Where to go on after a refusal.
     *
     * @param first index of the first entry that was refused, -1 for a heartbeat
     */
    long nextAfterRefusal(long first, long followersNext);

    long next();

    void next(long index);

    /** Index of the last entry that the follower is known to have on its disk. */
    long match();

    long committed();
  }

  /** The connection to the follower. */
  interface Wire {
    boolean isUp();

    boolean isWritable();

    /** Sends; the answer, or its absence, is told to the pipeline together with {@code sent}. */
    void send(AppendEntriesRequestProto request, Sent sent);

    void flush();

    /** Makes another connection. */
    void drop(String why);

    /** Has {@link #pump} called after this time. */
    void pumpLater(long nanos);

    long nowNanos();
  }

  /** One append on its way. */
  static final class Sent {
    private final long run;
    private final long first;
    private final boolean heartbeat;
    private final long nanos;
    private boolean answered;

    private Sent(long run, AppendEntriesRequestProto request, long nanos) {
      this.run = run;
      this.heartbeat = request.getEntriesCount() == 0;
      this.first = heartbeat ? -1 : request.getEntries(0).getIndex();
      this.nanos = nanos;
    }
  }

  /** Appends with entries that an answer is missing to. */
  int inFlight() {
    return inFlight.size();
  }

  /** Sends what can be sent. */
  void pump() {
    if (!leading.isLeading() || !wire.isUp()) {
      return;
    }
    long now = wire.nowNanos();
    giveUpOnSilence(now);
    if (!wire.isUp()) {
      return;
    }
    boolean wrote = false;
    if (!isHolding(now)) {
      int window = probing ? 1 : MAX_IN_FLIGHT;
      while (inFlight.size() < window && wire.isWritable()) {
        AppendEntriesRequestProto request = leading.entries();
        if (request == null) {
          break;
        }
        inFlight.add(send(request, now));
        leading.next(request.getEntries(request.getEntriesCount() - 1).getIndex() + 1);
        wrote = true;
      }
    }
    if (leading.heartbeatDue() || isNoticeDue()) {
      send(leading.heartbeat(), now);
      wrote = true;
    }
    if (wrote) {
      wire.flush();
    }
    scheduleNotice();
  }

  private Sent send(AppendEntriesRequestProto request, long now) {
    Sent sent = new Sent(run, request, now);
    if (heartbeatsOpen == 0 && inFlight.isEmpty()) {
      openSinceNanos = now;
    }
    if (sent.heartbeat) {
      heartbeatsOpen++;
    }
    toldCommit = request.getLeaderCommit();
    leading.sending(request);
    wire.send(request, sent);
    return sent;
  }

  private boolean isHolding(long now) {
    if (holding && now - holdUntilNanos >= 0) {
      holding = false;
    }
    return holding;
  }

  private boolean isNoticeDue() {
    boolean due = noticeDue && hasNews();
    if (due) {
      noticed = tellable();
    }
    noticeDue = false;
    return due;
  }

  private void scheduleNotice() {
    if (!noticeScheduled && hasNews()) {
      noticeScheduled = true;
      wire.pumpLater(NOTICE_NANOS);
    }
  }

  /** Nothing is told twice, so that a follower that can't follow is not talked at. */
  private boolean hasNews() {
    long tellable = tellable();
    return tellable > toldCommit && tellable != noticed;
  }

  /** A follower may only be told of commits that it was sent. */
  private long tellable() {
    return Math.min(leading.committed(), leading.next() - 1);
  }

  /** The time of {@link Wire#pumpLater} is over. */
  void pumpedLater() {
    noticeDue |= noticeScheduled;
    noticeScheduled = false;
    pump();
  }

  private void giveUpOnSilence(long now) {
    if ((heartbeatsOpen > 0 || !inFlight.isEmpty()) && now - openSinceNanos > silenceNanos) {
      wire.drop("it does not answer");
    } else if (!inFlight.isEmpty() && now - inFlight.peek().nanos > RESEND_NANOS) {
      startOver();
    }
  }

  /** There is a connection. */
  void up() {
    pump();
  }

  /** There is none any more. */
  void down() {
    startOver();
    heartbeatsOpen = 0;
    refusals = 0;
  }

  /** Takes all that is on its way for lost. */
  private void startOver() {
    Sent oldest = inFlight.peek();
    if (oldest != null) {
      leading.next(Math.max(leading.match() + 1, oldest.first));
    }
    run++;
    inFlight.clear();
    probing = true;
  }

  /** The follower has answered. */
  void came(Sent sent, AppendEntriesReplyProto reply) {
    if (!leading.isLeading()) {
      return;
    }
    settle(sent);
    leading.answered(sent.nanos);
    switch (reply.getResult()) {
      case SUCCESS -> {
        leading.taken(reply, sent.heartbeat);
        succeeded(sent, reply);
      }
      case NOT_LEADER -> leading.laterTerm(reply.getTerm());
      case INCONSISTENCY -> refused(sent, reply.getNextIndex());
      case UNRECOGNIZED -> failed(sent);
    }
    leading.dealtWith(reply);
  }

  private void succeeded(Sent sent, AppendEntriesReplyProto reply) {
    if (sent.run == run) {
      probing = probing && sent.heartbeat;
      refusals = 0;
      lowestRefused = Long.MAX_VALUE;
    }
    if (!sent.heartbeat && reply.getFollowerCommit() < toldCommit && inFlight.isEmpty()) {
      // It was told before it had the entries on its disk, and goes no further than that.
      toldCommit = reply.getFollowerCommit();
      noticed = -1;
    }
  }

  private void refused(Sent sent, long followersNext) {
    if (sent.run != run) {
      return;
    }
    long next = leading.nextAfterRefusal(sent.first, followersNext);
    startOver();
    leading.next(next);
    if (next < lowestRefused) {
      lowestRefused = next;
      refusals = 0;
    } else {
      pauseAfterSome();
    }
  }

  /** There was no answer, but a reason. */
  void failed(Sent sent) {
    if (!leading.isLeading()) {
      return;
    }
    boolean current = sent.run == run;
    if (current && !sent.heartbeat) {
      startOver();
    }
    settle(sent);
    if (current) {
      pauseAfterSome();
    }
  }

  private void pauseAfterSome() {
    refusals++;
    if (refusals > QUICK_RETRIES) {
      holding = true;
      holdUntilNanos = wire.nowNanos() + retryNanos;
      wire.pumpLater(retryNanos);
    }
  }

  private void settle(Sent sent) {
    openSinceNanos = wire.nowNanos();
    if (sent.heartbeat) {
      heartbeatsOpen = Math.max(0, heartbeatsOpen - 1);
    }
    sent.answered = true;
    while (!inFlight.isEmpty() && inFlight.peek().answered) {
      inFlight.remove();
    }
  }
}
