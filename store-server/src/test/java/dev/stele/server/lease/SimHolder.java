// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.lease;

import dev.stele.server.core.command.AcquireLease;
import dev.stele.server.core.command.Command;
import dev.stele.server.core.command.HandOverLease;
import dev.stele.server.core.command.ReleaseLease;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.LeaseRef;
import dev.stele.server.port.Proposal;
import dev.stele.server.port.Proposal.Decided;
import java.util.List;
import java.util.Optional;

/**
 * A client that holds a lease, or would like to, with a clock of its own. Its messages are late,
 * lost, overtaken and doubled.
 */
final class SimHolder {
  private static final int RENEWAL_MILLIS = 600;

  final String name;
  final int lease;
  private final SimCluster cluster;
  private final World world;
  private final LeaseJudge judge;
  private final long ttlMillis;
  private final double rate;
  private final double drift;
  private final Mutant mutant;
  private SimNode target;
  private long token;
  private boolean believes;
  private long untilNanos;
  private boolean asking;
  private boolean dead;
  private long waitedSinceNanos;

  /**
   * @param drift by which clocks differ at most
   */
  SimHolder(
      SimCluster cluster, int number, int lease, long ttlMillis, double drift, Mutant mutant) {
    this.cluster = cluster;
    this.world = cluster.world;
    this.judge = cluster.judge;
    this.name = "h" + number;
    this.lease = lease;
    this.ttlMillis = ttlMillis;
    this.drift = drift;
    this.mutant = mutant;
    rate = 1 + drift * (world.random.nextDouble() - 0.5);
    target = cluster.leader();
  }

  /** Whether it acts as the holder, by its own clock. */
  boolean believes() {
    return believes && ownNanos() < untilNanos;
  }

  long token() {
    return token;
  }

  private long ownNanos() {
    return (long) (world.nowNanos() * rate);
  }

  /** It holds the lease under {@code first} as the world begins. */
  void begin(long first) {
    token = first;
    believe(ownNanos());
  }

  private void believe(long sentOwnNanos) {
    // Clocks that differ by so much make this enough: the margin's constant part is left out here.
    long margin = (long) (ttlMillis * World.MILLI * drift);
    boolean late = mutant == Mutant.HOLDER_COUNTS_FROM_THE_ANSWER;
    long until = (late ? ownNanos() : sentOwnNanos) + ttlMillis * World.MILLI - margin;
    untilNanos = believes ? Math.max(untilNanos, until) : until;
    believes = true;
    if (believes()) {
      judge.believes(this);
    }
  }

  private void stop() {
    believes = false;
    token = 0;
  }

  /** It does nothing from here on. */
  void die() {
    dead = true;
    stop();
  }

  /** What it does next, now and then. */
  void act() {
    if (dead) {
      return;
    }
    if (world.oneIn(4)) {
      target = cluster.someNode();
    } else if (world.oneIn(2)) {
      target = cluster.leader();
    }
    if (believes && !believes()) {
      // What it does not know any more to hold it never will again. It may ask all the same.
      if (world.oneIn(2)) {
        sendRenewal();
      }
      stop();
    } else if (token != 0) {
      actAsHolder();
    } else if (!asking && !world.oneIn(3)) {
      ask();
    }
    long third = ttlMillis / 3;
    int most = (int) (world.oneIn(6) ? 4 * third : third + third / 4);
    world.within((int) third / 2, most, this::act);
  }

  private void actAsHolder() {
    int what = world.random.nextInt(50);
    if (what == 0 && believes) {
      Command release = new ReleaseLease(ref());
      stop();
      send(release);
    } else if (what == 1 && believes) {
      SimHolder heir = judge.other(this);
      Command handOver = new HandOverLease(ref(), heir.name);
      stop();
      send(handOver);
    } else if (what < 5) {
      // It goes quiet; the lease runs out.
      stop();
    } else {
      sendRenewal();
    }
  }

  /** It sees in the log, by any node, that somebody gave it the lease with {@code handed}. */
  void sees(long handed) {
    message(() -> adopt(handed));
  }

  /** It is the holder once a renewal was acknowledged. */
  private void adopt(long handed) {
    if (token == 0 && !asking && !dead) {
      token = handed;
      sendRenewal();
    }
  }

  private LeaseRef ref() {
    return new LeaseRef(SimLog.name(lease), token);
  }

  private void sendRenewal() {
    long sentOwn = ownNanos();
    long sent = world.nowNanos();
    LeaseRef renewed = ref();
    SimNode node = target;
    Runnable arrival = () -> node.receive(() -> arrive(node, renewed, sent, sentOwn));
    message(arrival);
    if (world.oneIn(15)) {
      message(arrival);
    }
  }

  private void arrive(SimNode node, LeaseRef renewed, long sent, long sentOwn) {
    long deadline = node.deadlineNanos(RENEWAL_MILLIS * World.MILLI);
    SimRenewal renewal = new SimRenewal(renewed, deadline, sent, world.nowNanos());
    var unused =
        renewal.whenComplete((answer, failure) -> message(() -> renewed(renewed, sentOwn, answer)));
    node.renew(renewal);
  }

  private void renewed(LeaseRef renewed, long sentOwn, Renewal answer) {
    if (token != renewed.token()) {
      return;
    }
    if (answer instanceof Renewal.Renewed && (!believes || believes())) {
      believe(sentOwn);
    } else if (answer instanceof Renewal.Lost) {
      judge.toldLost(this, renewed.token());
      stop();
    } else {
      target = cluster.someNode();
    }
  }

  private void ask() {
    asking = true;
    if (waitedSinceNanos == 0 || world.oneIn(3)) {
      waitedSinceNanos = world.nowNanos();
    }
    SimNode node = target;
    long sentOwn = ownNanos();
    boolean waits = !world.oneIn(4);
    message(() -> node.receive(() -> arrive(node, sentOwn, waits)), () -> asking = false);
  }

  private void arrive(SimNode node, long sentOwn, boolean waits) {
    if (!waits) {
      acquire(node, sentOwn, () -> {});
      return;
    }
    long waited = world.nowNanos() - waitedSinceNanos;
    SimWaiter waiter =
        new SimWaiter(
            SimLog.name(lease),
            node.placeNanos(waited),
            node.deadlineNanos(world.between(50, 1_500)),
            waitedSinceNanos);
    var unused =
        waiter.whenComplete(
            (turn, failure) -> {
              if (turn instanceof LeaseDesk.Turn.Yours yours) {
                acquire(node, sentOwn, () -> done(node, waiter, yours));
              } else {
                message(() -> asking = false, () -> asking = false);
              }
            });
    node.join(waiter);
    if (world.oneIn(8)) {
      world.within(
          1,
          400,
          () -> {
            if (waiter.cancel(false)) {
              node.leave(waiter);
            }
          });
    }
  }

  private static void done(SimNode node, Waiter waiter, LeaseDesk.Turn.Yours yours) {
    node.turns.remove(waiter);
    yours.done().run();
  }

  private void acquire(SimNode node, long sentOwn, Runnable done) {
    Command acquire = new AcquireLease(SimLog.name(lease), name, ttlMillis, Bytes.EMPTY);
    cluster.propose(
        node,
        acquire,
        proposal -> {
          done.run();
          message(() -> acquired(sentOwn, proposal), () -> asking = false);
        });
  }

  private void acquired(long sentOwn, Proposal proposal) {
    asking = false;
    if (proposal instanceof Decided decided
        && decided.result() instanceof AcquireLease.Acquired acquired) {
      token = acquired.token();
      believes = false;
      waitedSinceNanos = 0;
      believe(sentOwn);
    }
  }

  private void send(Command command) {
    SimNode node = target;
    message(() -> node.receive(() -> cluster.propose(node, command, proposal -> {})));
  }

  private void message(Runnable arrival) {
    message(arrival, () -> {});
  }

  /** Some messages are lost, some come much later than those behind them. */
  private void message(Runnable arrival, Runnable loss) {
    int luck = world.random.nextInt(100);
    if (luck < 3) {
      world.within(50, 500, loss);
    } else if (luck < 5) {
      world.within(100, 900, arrival);
    } else if (luck < 15) {
      world.within(15, 120, arrival);
    } else {
      world.within(0, 15, arrival);
    }
  }

  /** Those who would have the same lease. */
  static Optional<SimHolder> rival(List<SimHolder> holders, SimHolder holder) {
    return holders.stream()
        .filter(other -> other != holder && other.lease == holder.lease)
        .findFirst();
  }
}
