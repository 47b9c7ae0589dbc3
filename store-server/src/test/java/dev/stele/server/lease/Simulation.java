// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.lease;

import dev.stele.server.core.command.HandOverLease;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * One schedule: nodes that count for leases, holders with clocks of their own, and what can go
 * wrong between them. A seed decides all of it.
 */
final class Simulation {
  private static final int[] TTL_MILLIS = {500, 600, 800, 1_200, 1_800};

  /** What the docs allow clocks to differ by; now and then fifty times that. */
  private static final double DRIFT = 0.001;

  private final World world;
  private final LeaseJudge judge;
  private final SimCluster cluster;
  private final long endNanos;

  private Simulation(long seed, Mutant mutant) {
    SplittableRandom random = new SplittableRandom(seed);
    double drift = random.nextInt(4) == 0 ? 50 * DRIFT : DRIFT;
    judge = new LeaseJudge(drift);
    world = new World(random, judge::passed);
    cluster = new SimCluster(world, judge, mutant, drift);
    int leases = 1 + random.nextInt(SimLog.LEASES);
    List<SimHolder> holders = new ArrayList<>();
    for (int lease = 0; lease < leases; lease++) {
      long ttlMillis = TTL_MILLIS[random.nextInt(TTL_MILLIS.length)];
      int rivals = leases == 1 ? 2 + random.nextInt(3) : 2;
      for (int i = 0; i < rivals; i++) {
        holders.add(new SimHolder(cluster, holders.size(), lease, ttlMillis, drift, mutant));
      }
      SimHolder first = holders.get(holders.size() - rivals);
      cluster.begin(lease, first.name, ttlMillis);
    }
    judge.watch(cluster, holders);
    cluster.watch(entry -> handedOver(entry, holders));
    for (SimHolder holder : holders) {
      SimLog.Holding holding = cluster.log.holding(holder.lease);
      if (holding.holder().equals(holder.name)) {
        holder.begin(holding.token());
      }
      world.within(0, 300, holder::act);
    }
    if (random.nextInt(20) == 0) {
      // Nobody renews any more, and leaders come and go.
      endNanos = world.between(8_000, 10_000);
      world.within(100, 1_500, () -> holders.forEach(SimHolder::die));
      world.within(500, 1_500, this::replaceOften);
    } else {
      endNanos = world.between(1_500, 5_000);
      world.within(50, 600, this::disturb);
    }
  }

  private static void handedOver(SimLog.Entry entry, List<SimHolder> holders) {
    if (entry.result instanceof HandOverLease.HandedOver handed) {
      String heir = ((HandOverLease) entry.command).to();
      holders.stream()
          .filter(holder -> holder.name.equals(heir))
          .forEach(holder -> holder.sees(handed.token()));
    }
  }

  /** What one schedule came to. */
  record Outcome(
      Optional<String> violation, int acknowledged, int expired, int turns, int checkpoints) {}

  static Outcome run(long seed, Mutant mutant) {
    Simulation simulation = new Simulation(seed, mutant);
    World world = simulation.world;
    LeaseJudge judge = simulation.judge;
    while (world.nowNanos() < simulation.endNanos && judge.violation().isEmpty()) {
      world.runUntil(world.nowNanos() + 100 * World.MILLI);
    }
    return new Outcome(
        judge.violation(), judge.acknowledged, judge.expired, judge.turns, judge.cleared);
  }

  private void disturb() {
    SimNode leader = cluster.leader();
    switch (world.random.nextInt(12)) {
      case 0, 1 -> pause(leader, 20, 200);
      case 2, 3 -> pause(leader, 200, 1_200);
      case 4, 5, 6 -> cut(leader, 100, 1_500);
      case 7 -> pause(cluster.someNode(), 50, 500);
      case 8, 9 -> cluster.elect(cluster.someNode());
      case 10 -> {
        cluster.overloaded(true);
        world.within(50, 300, () -> calm(false));
      }
      default -> {
        cluster.doubtful(true);
        world.within(50, 300, () -> calm(true));
      }
    }
    world.within(80, 900, this::disturb);
  }

  private void replaceOften() {
    cluster.elect(cluster.someNode());
    world.within(700, 1_700, this::replaceOften);
  }

  private void calm(boolean fromDoubt) {
    if (fromDoubt) {
      cluster.doubtful(false);
    } else {
      cluster.overloaded(false);
    }
    // What was in doubt, or turned away, is proposed again after a while.
    judge.disturbed();
    judge.disturbed();
  }

  private void pause(SimNode node, int least, int most) {
    node.pause();
    world.within(least, most, node::resume);
    replace(node);
  }

  private void cut(SimNode node, int least, int most) {
    node.cutOff();
    world.within(least, most, node::rejoin);
    replace(node);
  }

  /** Whoever is not heard of is replaced, mostly. */
  private void replace(SimNode node) {
    if (!world.oneIn(3)) {
      world.within(
          50,
          400,
          () -> {
            SimNode next = cluster.someNode();
            if (cluster.leader() == node && !node.isReachable() && next.isReachable()) {
              cluster.elect(next);
            }
          });
    }
  }
}
