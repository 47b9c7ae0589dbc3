// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.ratis.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto.AppendResult;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.TermIndexProto;
import org.jspecify.annotations.Nullable;

/**
 * A leader with one follower over a connection that loses, delays, reorders and breaks, all in one
 * thread and in a time of its own. The follower does what Ratis's does.
 */
final class SimFollower implements AppendPipeline.Leading, AppendPipeline.Wire {
  static final long SILENCE_NANOS = 1_200_000_000;
  static final long RETRY_NANOS = 100_000_000;
  private static final long HEARTBEAT_NANOS = 150_000_000;
  private static final long TICK_NANOS = 37_000_000;
  private static final long LEADERS_TERM = 5;
  private static final int MOST_OF_AN_APPEND = 4;

  final AppendPipeline pipeline = new AppendPipeline(this, this, RETRY_NANOS, SILENCE_NANOS);
  double lossy;
  double breaking;
  double failing;
  boolean reordering;
  boolean silent;
  boolean silentOnAppends;
  long term = LEADERS_TERM;
  long heardTerm;
  long sentAppends;
  long sentBefore;
  long sentHeartbeats;
  int drops;

  private final Random random;
  private final List<Long> leadersTerms = new ArrayList<>();
  private final List<Long> terms = new ArrayList<>();
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::atNanos).thenComparingLong(Event::order));
  private final List<AppendPipeline.Sent> open = new ArrayList<>();
  private final List<Runnable> held = new ArrayList<>();
  private long now;
  private long order;
  private long connection;
  private boolean up = true;
  private long lastArrival;
  private long lastAnswered;
  private long lastHeartbeat;
  private long next;
  private long match = -1;
  private long commit = -1;
  private long followersCommit = -1;

  SimFollower(Random random) {
    this.random = random;
  }

  private record Event(long atNanos, long order, Runnable step) {}

  /** Begins with a common part, and a part that only the follower has, of an earlier term. */
  void begin(int common, int own) {
    for (int i = 0; i < common; i++) {
      leadersTerms.add(1L);
      terms.add(1L);
    }
    for (int i = 0; i < own; i++) {
      terms.add(2L);
    }
    for (int i = 0; i < 5; i++) {
      leadersTerms.add(LEADERS_TERM);
    }
    next = leadersTerms.size();
    tick();
  }

  private void tick() {
    if (random.nextDouble() < breaking) {
      breakDown();
    }
    pipeline.pump();
    after(TICK_NANOS, this::tick);
  }

  void append() {
    leadersTerms.add(LEADERS_TERM);
    pipeline.pump();
  }

  void heal() {
    lossy = 0;
    breaking = 0;
    failing = 0;
    leadersTerms.add(LEADERS_TERM);
  }

  void runFor(long nanos) {
    long until = now + nanos;
    while (!events.isEmpty() && events.peek().atNanos() <= until) {
      Event event = events.remove();
      now = event.atNanos();
      event.step().run();
      assertThat(match).as("what is known to be there").isLessThan(samePrefix());
      assertThat(pipeline.inFlight()).isLessThanOrEqualTo(AppendPipeline.MAX_IN_FLIGHT);
    }
    now = until;
  }

  /** Lets the answers go that a silent follower has held back. */
  void answerWhatWaits() {
    List<Runnable> all = List.copyOf(held);
    held.clear();
    all.forEach(Runnable::run);
  }

  private int samePrefix() {
    int same = 0;
    while (same < Math.min(terms.size(), leadersTerms.size())
        && terms.get(same).equals(leadersTerms.get(same))) {
      same++;
    }
    return same;
  }

  boolean isWhole() {
    return terms.equals(leadersTerms) && match == leadersTerms.size() - 1;
  }

  long followersCommit() {
    return followersCommit;
  }

  private void after(long nanos, Runnable step) {
    events.add(new Event(now + nanos, order++, step));
  }

  private void breakDown() {
    if (!up) {
      return;
    }
    up = false;
    connection++;
    // What the real link does: each call fails, then the end of the connection is told.
    List<AppendPipeline.Sent> lost = List.copyOf(open);
    open.clear();
    lost.forEach(pipeline::failed);
    pipeline.down();
    after(
        1 + random.nextInt(200_000_000),
        () -> {
          up = true;
          lastArrival = 0;
          pipeline.up();
        });
  }

  @Override
  public void send(AppendEntriesRequestProto request, AppendPipeline.Sent sent) {
    open.add(sent);
    if (random.nextDouble() < lossy) {
      return;
    }
    long at = connection;
    long delay = 50_000L + random.nextInt(2_000_000);
    if (!reordering) {
      lastArrival = Math.max(lastArrival + 1, now + delay);
      delay = lastArrival - now;
    }
    after(delay, () -> arrived(request, sent, at));
  }

  private void arrived(AppendEntriesRequestProto request, AppendPipeline.Sent sent, long at) {
    if (random.nextDouble() < failing) {
      answer(sent, at, null);
      return;
    }
    AppendEntriesReplyProto reply = follow(request);
    long flush = request.getEntriesCount() == 0 ? 10_000L : 100_000L + random.nextInt(1_000_000);
    Runnable answering = () -> after(flush, () -> answer(sent, at, reply));
    if (silent || (silentOnAppends && request.getEntriesCount() > 0)) {
      held.add(answering);
    } else {
      answering.run();
    }
  }

  private void answer(AppendPipeline.Sent sent, long at, @Nullable AppendEntriesReplyProto reply) {
    if (at == connection && up && open.remove(sent) && random.nextDouble() >= lossy) {
      if (reply == null) {
        pipeline.failed(sent);
      } else {
        pipeline.came(sent, reply);
      }
    }
  }

  private AppendEntriesReplyProto follow(AppendEntriesRequestProto request) {
    AppendEntriesReplyProto.Builder reply =
        AppendEntriesReplyProto.newBuilder().setTerm(term).setFollowerCommit(followersCommit);
    if (term > request.getLeaderTerm()) {
      return reply.setResult(AppendResult.NOT_LEADER).build();
    }
    List<LogEntryProto> entries = request.getEntriesList();
    if (!entries.isEmpty() && followersCommit >= entries.get(0).getIndex()) {
      return reply.setResult(AppendResult.INCONSISTENCY).setNextIndex(followersCommit + 1).build();
    }
    if (request.hasPreviousLog() && !contains(request.getPreviousLog())) {
      long hint = Math.min(terms.size(), request.getPreviousLog().getIndex());
      return reply.setResult(AppendResult.INCONSISTENCY).setNextIndex(hint).build();
    }
    for (LogEntryProto entry : entries) {
      int index = (int) entry.getIndex();
      if (index < terms.size() && terms.get(index) != entry.getTerm()) {
        terms.subList(index, terms.size()).clear();
      }
      if (index == terms.size()) {
        terms.add(entry.getTerm());
      }
    }
    followersCommit = Math.max(followersCommit, request.getLeaderCommit());
    long last = entries.isEmpty() ? -1 : entries.get(entries.size() - 1).getIndex();
    return reply
        .setResult(AppendResult.SUCCESS)
        .setMatchIndex(last)
        .setNextIndex(entries.isEmpty() ? terms.size() : last + 1)
        .setFollowerCommit(followersCommit)
        .build();
  }

  private boolean contains(TermIndexProto entry) {
    return entry.getIndex() < terms.size() && terms.get((int) entry.getIndex()) == entry.getTerm();
  }

  @Override
  public boolean isLeading() {
    return true;
  }

  @Override
  public @Nullable AppendEntriesRequestProto entries() {
    if (next >= leadersTerms.size()) {
      return null;
    }
    AppendEntriesRequestProto.Builder request = request();
    long end = Math.min(leadersTerms.size(), next + MOST_OF_AN_APPEND);
    for (long index = next; index < end; index++) {
      request.addEntries(
          LogEntryProto.newBuilder().setIndex(index).setTerm(leadersTerms.get((int) index)));
    }
    return told(request, end - 1);
  }

  @Override
  public AppendEntriesRequestProto heartbeat() {
    lastHeartbeat = now;
    return told(request(), next - 1);
  }

  private AppendEntriesRequestProto.Builder request() {
    AppendEntriesRequestProto.Builder request =
        AppendEntriesRequestProto.newBuilder().setLeaderTerm(LEADERS_TERM);
    if (next > 0) {
      request.setPreviousLog(
          TermIndexProto.newBuilder().setIndex(next - 1).setTerm(leadersTerms.get((int) next - 1)));
    }
    return request;
  }

  private AppendEntriesRequestProto told(AppendEntriesRequestProto.Builder request, long last) {
    return request.setLeaderCommit(Math.min(commit, last)).build();
  }

  @Override
  public boolean heartbeatDue() {
    return now - lastAnswered >= HEARTBEAT_NANOS && now - lastHeartbeat >= HEARTBEAT_NANOS / 2;
  }

  @Override
  public void sending(AppendEntriesRequestProto request) {
    if (request.getEntriesCount() == 0) {
      sentHeartbeats++;
    } else {
      sentAppends++;
    }
  }

  @Override
  public void answered(long sentNanos) {
    lastAnswered = now;
  }

  @Override
  public void taken(AppendEntriesReplyProto reply, boolean heartbeat) {
    if (!heartbeat && reply.getMatchIndex() > match) {
      match = reply.getMatchIndex();
      next = Math.max(next, match + 1);
      if (leadersTerms.get((int) match) == LEADERS_TERM) {
        commit = Math.max(commit, match);
      }
    }
  }

  @Override
  public void dealtWith(AppendEntriesReplyProto reply) {
    pipeline.pump();
  }

  @Override
  public void laterTerm(long later) {
    heardTerm = later;
  }

  @Override
  public long nextAfterRefusal(long first, long followersNext) {
    long after = followersNext;
    if (match + 1 > after && match + 1 != first) {
      after = match + 1;
    }
    return after == first && after > 0 ? after - 1 : after;
  }

  @Override
  public long next() {
    return next;
  }

  @Override
  public void next(long index) {
    next = index;
  }

  @Override
  public long match() {
    return match;
  }

  @Override
  public long committed() {
    return commit;
  }

  @Override
  public boolean isUp() {
    return up;
  }

  @Override
  public boolean isWritable() {
    return up;
  }

  @Override
  public void flush() {}

  @Override
  public void drop(String why) {
    drops++;
    breakDown();
  }

  @Override
  public void pumpLater(long nanos) {
    after(nanos, pipeline::pumpedLater);
  }

  @Override
  public long nowNanos() {
    return now;
  }

  @Override
  public String toString() {
    return "next "
        + next
        + ", match "
        + match
        + ", commit "
        + commit
        + "; "
        + terms
        + " of "
        + leadersTerms;
  }
}
