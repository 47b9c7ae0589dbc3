// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal;

import dev.stele.client.RetryBudget;
import dev.stele.client.Selector;
import dev.stele.client.StoreClient;
import dev.stele.client.Watch;
import dev.stele.client.WatchBuilder;
import dev.stele.client.WatchState;
import dev.stele.client.internal.link.Connection;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.micrometer.observation.ObservationRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongUnaryOperator;

/**
 * One schedule, all of it from a seed: a history grows, nodes lag, streams are cut at any point and
 * fall silent, listeners take their time, watches begin and end. Each listener is held against the
 * history.
 */
final class WatchSimulation implements AutoCloseable {
  private static final int ROUNDS = 120;
  private static final AtomicLong NEXT = new AtomicLong();

  private final Random random;
  private final FakeTimekeeper time = new FakeTimekeeper();
  private final WatchHistory history;
  private final List<SimulatedWatchNode> nodes = new ArrayList<>();
  private final List<Server> servers = new ArrayList<>();
  private final List<Runnable> handovers = new ArrayList<>();
  private final List<Watch> watches = new ArrayList<>();
  private final List<WatchWitness> witnesses = new ArrayList<>();
  private final List<String> violations = new ArrayList<>();
  private final StoreClient client;

  WatchSimulation(long seed, LongUnaryOperator resume) {
    random = new Random(seed);
    history = new WatchHistory(random);
    Map<String, Long> incarnations = new HashMap<>();
    String prefix = "watch-" + NEXT.incrementAndGet() + "-";
    for (String name : List.of("a:1", "b:1", "c:1")) {
      SimulatedWatchNode node = new SimulatedWatchNode(name, history, random, incarnations, resume);
      nodes.add(node);
      servers.add(serve(prefix + name, node));
    }
    client =
        new DefaultStoreClient(
            new ClientSettings(
                List.of("a:1", "b:1", "c:1"),
                Duration.ofSeconds(5),
                Duration.ofSeconds(1),
                RetryBudget.standard(),
                true,
                Runnable::run,
                Optional.of(handovers::add),
                ObservationRegistry.NOOP),
            endpoint ->
                new Connection(
                    InProcessChannelBuilder.forName(prefix + endpoint)
                        .directExecutor()
                        .disableRetry()
                        .build(),
                    new FakeLoop(time)),
            time);
  }

  private static Server serve(String name, SimulatedWatchNode node) {
    try {
      return InProcessServerBuilder.forName(name).directExecutor().addService(node).build().start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs it; what broke a promise, in words. */
  List<String> run() {
    for (int i = 0; i < 5; i++) {
      history.commit();
    }
    for (int round = 0; round < ROUNDS; round++) {
      act();
    }
    nodes.forEach(node -> node.silent = false);
    for (int i = 0; i < 40; i++) {
      time.advance(Duration.ofSeconds(2));
      nodes.forEach(node -> node.step(true));
      handOver(Integer.MAX_VALUE);
    }
    for (int i = 0; i < watches.size(); i++) {
      judge(watches.get(i), witnesses.get(i));
    }
    return violations;
  }

  private void act() {
    time.random = random.nextDouble();
    switch (random.nextInt(10)) {
      case 0, 1, 2 -> history.commit();
      case 3 -> begin();
      case 4 -> nodes.get(random.nextInt(3)).cutAll();
      case 5 -> nodes.get(random.nextInt(3)).silent = random.nextInt(4) == 0;
      case 6 -> end();
      default -> nodes.get(random.nextInt(3)).step(false);
    }
    handOver(random.nextInt(6));
    time.advance(Duration.ofMillis(random.nextInt(random.nextInt(8) == 0 ? 20_000 : 300)));
  }

  private void begin() {
    if (watches.size() >= 6) {
      return;
    }
    WatchBuilder builder =
        client
            .watch(Selector.all())
            .withPrevious()
            .progressEvery(Duration.ofSeconds(1))
            .named("w-" + watches.size());
    boolean initial = random.nextBoolean();
    long from = 1L + random.nextInt((int) history.revision() + 1);
    WatchWitness witness = new WatchWitness(history, initial, from);
    if (initial) {
      builder.fromInitialState();
    } else {
      builder.from(from);
    }
    witnesses.add(witness);
    watches.add(builder.start(witness));
  }

  private void end() {
    if (!watches.isEmpty() && random.nextInt(8) == 0) {
      watches.get(random.nextInt(watches.size())).close();
    }
  }

  /** In order for each listener, which is what its mailbox sees to, and in any for all. */
  private void handOver(int most) {
    for (int i = 0; i < most && !handovers.isEmpty(); i++) {
      handovers.remove(random.nextInt(handovers.size())).run();
    }
  }

  private void judge(Watch watch, WatchWitness witness) {
    violations.addAll(witness.complaints);
    if (watch.state() != WatchState.CLOSED && witness.through() != history.revision()) {
      violations.add(
          "a watch ends at "
              + witness.through()
              + " of "
              + history.revision()
              + ": "
              + watch.status());
    }
    if (watch.state() != WatchState.CLOSED && watch.position() != witness.through()) {
      violations.add("it says that it is at " + watch.position() + ", not " + witness.through());
    }
  }

  int reconnections() {
    return witnesses.stream().mapToInt(witness -> witness.reconnections).sum();
  }

  int watches() {
    return watches.size();
  }

  long revisions() {
    return history.revision();
  }

  @Override
  public void close() {
    client.close();
    servers.forEach(Server::shutdownNow);
  }
}
