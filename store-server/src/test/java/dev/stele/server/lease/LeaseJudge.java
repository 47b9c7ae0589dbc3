// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.lease;

import dev.stele.server.core.command.CheckpointLease;
import dev.stele.server.core.command.ExpireLease;
import dev.stele.server.core.model.LeaseRef;
import dev.stele.server.lease.SimLog.Entry;
import dev.stele.server.lease.SimLog.Holding;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Holds what happens against what is promised: one holder, tokens that grow, never early, gone by
 * the bound. It knows the true time, and what is committed.
 */
final class LeaseJudge {
  /** A scan, two rounds, a commit, and what lies between them here. */
  private static final long D = 350 * World.MILLI;

  /** What a pause, a cut or an election may cost beyond the time that it takes. */
  private static final long DISTURBANCE = 200 * World.MILLI;

  /** How far a pause that is too short to be noticed may go unnoticed. */
  private static final long UNNOTICED = 100 * World.MILLI;

  private final double drift;
  private final Map<Long, Counted> byToken = new HashMap<>();
  private final Span[] spans = new Span[SimLog.LEASES];
  private final List<SimHolder> holders = new ArrayList<>();
  private SimCluster cluster;
  private Optional<String> violation = Optional.empty();
  int acknowledged;
  int expired;
  int turns;
  int cleared;

  LeaseJudge(double drift) {
    this.drift = drift;
    for (int lease = 0; lease < spans.length; lease++) {
      spans[lease] = new Span();
    }
  }

  void watch(SimCluster watched, List<SimHolder> all) {
    cluster = watched;
    holders.addAll(all);
  }

  /** What is known of a holding. */
  private static final class Counted {
    private final int lease;
    private final long ttlNanos;
    private final long acquiredNanos;

    /** When the last renewal that was acknowledged was sent. */
    private long sentNanos;

    private long expiredNanos = Long.MAX_VALUE;

    /** Where the leader that counts stood when it last began to count, by its own running time. */
    private Optional<SimNode> by = Optional.empty();

    private long ranNanos;
    private int pauses;
    private boolean shortened;
    private final Set<Long> inTerms = new HashSet<>();
    private final Set<Long> endedInTerms = new HashSet<>();

    Counted(int lease, long ttlNanos, long acquiredNanos) {
      this.lease = lease;
      this.ttlNanos = ttlNanos;
      this.acquiredNanos = acquiredNanos;
      sentNanos = acquiredNanos;
    }
  }

  /** Time of a well leader since a lease was last renewed, and since that leader began. */
  private static final class Span {
    private long sinceBegin;
    private long sinceRenewal;
    private long allowance;
    private long allAllowance;
    private int leaders;

    void renewed() {
      sinceBegin = 0;
      sinceRenewal = 0;
      allowance = 0;
      allAllowance = 0;
      leaders = 0;
    }

    void leaderBegan() {
      sinceBegin = 0;
      allowance = 0;
      leaders++;
    }
  }

  Optional<String> violation() {
    return violation;
  }

  private void wrong(String what) {
    if (violation.isEmpty()) {
      violation = Optional.of("at %d ms %s".formatted(millis(), what));
    }
  }

  private long millis() {
    return cluster.world.nowNanos() / World.MILLI;
  }

  /** By the fastest clock. */
  private long fast(long nanos) {
    return (long) (nanos * (1 - drift / 2));
  }

  /** By the slowest clock. */
  private long slow(long nanos) {
    return (long) (nanos * (1 + drift)) + World.MILLI;
  }

  long leftSinceAcquisition(long token) {
    Counted counted = byToken.get(token);
    long left = counted.acquiredNanos + counted.ttlNanos - cluster.world.nowNanos();
    return Math.max(0, left / World.MILLI);
  }

  SimHolder other(SimHolder holder) {
    return SimHolder.rival(holders, holder).orElse(holder);
  }

  /** An entry is in the log for good. */
  void committed(Entry entry) {
    if (entry.changes.isEmpty()) {
      cleared += entry.result instanceof CheckpointLease.Checkpointed ? 1 : 0;
      return;
    }
    int lease = SimLog.number(entry.changes.get(0).key().name());
    spans[lease].renewed();
    Holding holding = entry.after[lease];
    if (holding.token() != 0) {
      long ttl = holding.ttlMillis() * World.MILLI;
      long now = cluster == null ? 0 : cluster.world.nowNanos();
      if (byToken.keySet().stream().anyMatch(token -> token >= holding.token())) {
        wrong("the token %d is not above all before".formatted(holding.token()));
      }
      byToken.put(holding.token(), new Counted(lease, ttl, now));
    } else if (entry.command instanceof ExpireLease expire) {
      expired(byToken.get(expire.lease().token()), expire.lease());
    }
  }

  private void expired(Counted counted, LeaseRef lease) {
    expired++;
    counted.expiredNanos = cluster.world.nowNanos();
    checkNotEarly(counted, lease);
  }

  private void checkNotEarly(Counted counted, LeaseRef lease) {
    long least = counted.sentNanos + fast(counted.ttlNanos);
    if (counted.expiredNanos < least) {
      wrong(
          "%s was known to have expired at %d ms, though what was acknowledged lasts to %d"
              .formatted(lease, counted.expiredNanos / World.MILLI, least / World.MILLI));
    }
  }

  /** {@code node} begins to count for the holding with {@code token}. */
  void counted(SimNode node, long token) {
    Counted counted = byToken.get(token);
    if (counted == null || !counted.inTerms.add(node.term())) {
      return;
    }
    base(counted, node, node.ranNanos(), node.pausesBefore());
    counted.shortened =
        cluster.log.holding(counted.lease).token() == token
            && cluster.log.holding(counted.lease).checkpointMillis().isPresent();
  }

  private static void base(Counted counted, SimNode node, long ranNanos, int pauses) {
    counted.by = Optional.of(node);
    counted.ranNanos = ranNanos;
    counted.pauses = pauses;
  }

  /** The clock of {@code node} hears of {@code renewal}. */
  void told(SimNode node, SimRenewal renewal) {
    renewal.told(node.ranNanos(), node.pausesBefore());
    int lease = SimLog.number(renewal.lease().name());
    if (cluster.leader() == node && cluster.log.holding(lease).token() == renewal.lease().token()) {
      spans[lease].renewed();
    }
  }

  void answered(SimNode node, SimRenewal renewal, Renewal answer) {
    Counted counted = byToken.get(renewal.lease().token());
    if (!(answer instanceof Renewal.Renewed) || counted == null) {
      return;
    }
    acknowledged++;
    counted.sentNanos = Math.max(counted.sentNanos, renewal.sentNanos);
    counted.shortened = false;
    if (counted.by.filter(node::equals).isEmpty() || renewal.toldRanNanos() > counted.ranNanos) {
      base(counted, node, renewal.toldRanNanos(), renewal.toldPauses());
    }
    checkNotEarly(counted, renewal.lease());
  }

  /** A holder is told that it is none. */
  void toldLost(SimHolder holder, long token) {
    if (cluster.log.holding(holder.lease).token() == token) {
      wrong("%s is told that %d is lost, and it is not".formatted(holder.name, token));
    }
  }

  /** {@code node} proposes to end a lease. */
  void ends(SimNode node, ExpireLease expire) {
    Counted counted = byToken.get(expire.lease().token());
    if (!counted.endedInTerms.add(expire.term())) {
      return;
    }
    if (node.told.filter(SimNode.Round::asked).isEmpty()) {
      wrong("%s is ended though nobody was asked".formatted(expire.lease()));
      return;
    }
    long turn = node.told.get().turnNanos();
    for (SimRenewal renewal : node.renewals) {
      if (renewal.lease().equals(expire.lease()) && renewal.arrivedNanos < turn) {
        wrong("a renewal of %s is passed over".formatted(expire.lease()));
      }
    }
    long ran = node.ranNanos() - counted.ranNanos;
    long least = fast(counted.ttlNanos) - UNNOTICED * (node.pauses() - counted.pauses);
    if (counted.by.filter(node::equals).isPresent() && !counted.shortened && ran < least) {
      wrong(
          "%s is ended when its leader ran for %d ms since it counts, and %d pauses"
              .formatted(expire.lease(), ran / World.MILLI, node.pauses() - counted.pauses));
    }
  }

  /** {@code holder} acts as one from now on. */
  void believes(SimHolder holder) {
    for (SimHolder other : holders) {
      if (other != holder && other.lease == holder.lease && other.believes()) {
        wrong(
            "both %s with token %d and %s with token %d hold %s"
                .formatted(
                    holder.name,
                    holder.token(),
                    other.name,
                    other.token(),
                    SimLog.name(holder.lease)));
      }
    }
  }

  /** It is {@code given}'s turn at {@code node}. */
  void turn(SimNode node, Waiter given) {
    turns++;
    long now = node.deadlineNanos(0);
    node.turns.removeIf(other -> now - other.deadlineNanos() >= 0);
    for (Waiter other : node.turns) {
      if (other.name().equals(given.name())) {
        wrong("two have a turn for %s".formatted(given.name()));
      }
    }
    node.turns.add(given);
    // Nodes' clocks run at their own rates; nobody is a stranger to who waited clearly longer.
    long tolerance = (long) (cluster.world.nowNanos() * drift) + World.MILLI;
    for (Waiter other : node.inLine) {
      boolean before = ((SimWaiter) other).sinceNanos + tolerance < ((SimWaiter) given).sinceNanos;
      if (other.name().equals(given.name()) && !other.isDone() && before) {
        wrong("the turn for %s goes past who waits longer".formatted(given.name()));
      }
    }
  }

  /** A leader is ready that was not before. */
  void ready() {
    for (Span span : spans) {
      span.leaderBegan();
    }
  }

  /** Something happens that keeps a leader from its work for a while that does not show. */
  void disturbed() {
    for (Span span : spans) {
      span.allowance += DISTURBANCE;
      span.allAllowance += DISTURBANCE;
    }
  }

  /** So much time goes by as things are. */
  void passed(long nanos) {
    if (cluster == null || !cluster.isWell()) {
      return;
    }
    for (int lease = 0; lease < spans.length; lease++) {
      Holding holding = cluster.log.holding(lease);
      if (holding.token() != 0) {
        grow(lease, holding, nanos);
      }
    }
  }

  private void grow(int lease, Holding holding, long nanos) {
    Span span = spans[lease];
    span.sinceBegin += nanos;
    span.sinceRenewal += nanos;
    long ttl = slow(holding.ttlMillis() * World.MILLI);
    if (span.sinceBegin > ttl + D + span.allowance) {
      wrong(
          "%s lives for %d ms of its leader"
              .formatted(SimLog.name(lease), span.sinceBegin / World.MILLI));
    }
    if (holding.ttlMillis() * World.MILLI > SimNode.TIMINGS.longTtlNanos()) {
      long interval = SimNode.TIMINGS.checkpointNanos();
      if (span.sinceRenewal > ttl + span.leaders * (interval + D) + D + span.allAllowance) {
        wrong(
            "%s lives for %d ms of %d leaders"
                .formatted(SimLog.name(lease), span.sinceRenewal / World.MILLI, span.leaders + 1));
      }
    }
  }
}
