// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.watch;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A random history, watched at random by clients of several nodes, all on one thread and decided by
 * a seed: what was wrong can be seen again.
 */
final class Simulation {
  private static final int NODES = 3;
  private static final int STEPS = 500;
  private static final int DRAIN_ROUNDS = 3_000;

  private final Random random;
  private final AtomicLong nanos = new AtomicLong();
  private final Truth truth;
  private final List<SimNode> nodes = new ArrayList<>();
  private final List<SimClient> clients = new ArrayList<>();
  private final List<String> wrong = new ArrayList<>();
  private int restful;

  private Simulation(long seed, Mutant mutant) {
    random = new Random(seed);
    truth = new Truth(random, random.nextInt(20) == 0);
    for (int i = 0; i < NODES; i++) {
      // Rings from the smallest, which loses everything at once, to one that keeps all.
      WatchSettings settings =
          new WatchSettings(1L << (8 + random.nextInt(16)), 1 << random.nextInt(9), 100, 1_000);
      nodes.add(new SimNode(truth, random, nanos, settings, mutant.encoder()));
    }
    for (int i = 1 + random.nextInt(4); i > 0; i--) {
      clients.add(new SimClient(truth, random, nodes, mutant));
    }
  }

  /** What was wrong with the history of {@code seed}. */
  static List<String> run(long seed, Mutant mutant) {
    Simulation simulation = new Simulation(seed, mutant);
    for (int step = 0; step < STEPS && simulation.wrong.isEmpty(); step++) {
      simulation.step();
      simulation.collect();
    }
    if (simulation.wrong.isEmpty()) {
      simulation.drain();
      simulation.collect();
    }
    return simulation.wrong;
  }

  private void step() {
    nanos.addAndGet(random.nextInt(40) * 1_000_000L);
    SimNode node = nodes.get(random.nextInt(NODES));
    SimClient client = clients.get(random.nextInt(clients.size()));
    switch (random.nextInt(24)) {
      case 0, 1, 2, 3 -> truth.commit();
      case 4, 5, 6, 7, 8 -> node.apply();
      case 9, 10, 11 -> node.hubOnly();
      case 12, 13, 14, 15 -> node.work();
      case 16, 17 -> client.read(1 + random.nextInt(5));
      case 18 -> node.reclaim();
      case 19 -> client.retry();
      case 20 -> client.askForMarks();
      case 21 -> rarely(8, () -> node.cut(!node.isCut()));
      case 22 -> rarely(3, client::reconnect);
      default -> rarely(4, client::cancelOne);
    }
    rarely(100, () -> nanos.addAndGet(TimeUnit.SECONDS.toNanos(1 + random.nextInt(70))));
  }

  private void rarely(int oneIn, Runnable action) {
    if (random.nextInt(oneIn) == 0) {
      action.run();
    }
  }

  /** Lets everybody have everything; then every watch must have been told so. */
  private void drain() {
    nodes.forEach(node -> node.cut(false));
    for (int round = 0; round < DRAIN_ROUNDS; round++) {
      nanos.addAndGet(1_000_000);
      boolean busy = false;
      for (SimNode node : nodes) {
        busy |= node.isBehind();
        node.apply();
        busy |= node.work();
      }
      for (SimClient client : clients) {
        client.read(8);
        busy |= !client.isWhole();
        client.retry();
      }
      if (!busy && isMarked()) {
        clients.forEach(SimClient::drained);
        return;
      }
    }
    wrong.add("it does not come to rest");
  }

  /** Asks for marks once everything rests, and lets them come. */
  private boolean isMarked() {
    if (restful++ == 0) {
      clients.forEach(SimClient::askForMarks);
    }
    return restful > 20;
  }

  private void collect() {
    for (SimClient client : clients) {
      wrong.addAll(client.wrong());
      client.wrong().clear();
    }
    for (SimNode node : nodes) {
      node.faults.forEach(fault -> wrong.add("fault: " + fault));
    }
  }
}
