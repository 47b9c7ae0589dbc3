// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal;

import dev.stele.client.LeaseHandle;
import dev.stele.client.LeaseOptions;
import dev.stele.client.LeaseState;
import dev.stele.client.RetryBudget;
import dev.stele.client.StoreClient;
import dev.stele.client.internal.link.Connection;
import io.micrometer.observation.ObservationRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** One run of {@link LeaseSimulationTest}. One thread. */
final class LeaseSimulation {
  private static final int NAMES = 3;
  private static final int STEPS = 60;

  private final Random random;
  private final SimulatedTime time;
  private final SimulatedLeader leader;
  private final SimulatedLeaseCall.Faults faults = new SimulatedLeaseCall.Faults();
  private final List<StoreClient> clients = new ArrayList<>();
  private final List<CompletableFuture<LeaseHandle>> asked = new ArrayList<>();
  private final List<LeaseHandle> handles = new ArrayList<>();
  private final List<LeaseHandle> lost = new ArrayList<>();
  private final List<String> violations = new ArrayList<>();
  private long losses;
  private long renewed;

  /**
   * A run.
   *
   * @param ttlShare of the TTL that the store really gives
   * @param ppm the most that the first client's clock is fast, and the second one's slow; or if
   *     negative, what both are slow
   */
  LeaseSimulation(long seed, double ttlShare, double ppm) {
    this.random = new Random(seed);
    this.time = new SimulatedTime(new Random(seed + 1));
    this.leader = new SimulatedLeader(time, random, ttlShare, this::takenAway);
    double drift = ppm < 0 ? ppm : ppm * random.nextDouble();
    clients.add(client(drift));
    clients.add(client(ppm < 0 ? ppm : -drift));
  }

  private StoreClient client(double ppm) {
    List<String> endpoints = List.of("a:1", "b:1", "c:1");
    DriftingTime clock =
        new DriftingTime(time, new Random(random.nextLong()), ppm, random.nextLong());
    return new DefaultStoreClient(
        new ClientSettings(
            endpoints,
            Duration.ofSeconds(5),
            Duration.ofSeconds(1),
            RetryBudget.standard(),
            true,
            Runnable::run,
            Optional.of(Runnable::run),
            ObservationRegistry.NOOP),
        endpoint ->
            new Connection(
                SimulatedLeaseCall.channel(leader, time, random, faults, endpoint.charAt(0) - 'a'),
                SimulatedPipe.loop(time)),
        clock);
  }

  /** The store has just taken it away: from now on anybody may get it. */
  private void takenAway(String name, long token) {
    for (LeaseHandle handle : handles) {
      if (handle.name().equals(name)
          && handle.token() == token
          && handle.state() != LeaseState.LOST) {
        violations.add(name + " with token " + token + " is " + handle.status());
      }
    }
  }

  void run() {
    for (int step = 0; step < STEPS; step++) {
      switch (random.nextInt(10)) {
        case 0, 1, 2, 3 -> acquire();
        case 4 -> release();
        case 5 -> leader.elect();
        default -> time.pass(TimeUnit.MILLISECONDS.toNanos(random.nextInt(4_000)));
      }
      time.pass(TimeUnit.MILLISECONDS.toNanos(random.nextInt(300)));
      look();
    }
  }

  private void acquire() {
    Duration ttl = Duration.ofMillis(random.nextBoolean() ? 500 : 500 + random.nextInt(9_500));
    LeaseOptions options =
        LeaseOptions.ttl(ttl)
            .waitingUpTo(Duration.ofMillis(random.nextBoolean() ? 0 : random.nextInt(30_000)));
    String name = "n" + random.nextInt(NAMES);
    CompletableFuture<LeaseHandle> handle =
        clients.get(random.nextInt(clients.size())).leases().acquire(name, options);
    asked.add(handle);
    CompletableFuture<?> unused = handle.thenAccept(handles::add);
  }

  private void release() {
    if (!handles.isEmpty()) {
      handles.get(random.nextInt(handles.size())).close();
    }
  }

  /** What is lost stays lost, and is forgotten; what outlived its TTL was renewed. */
  private void look() {
    for (LeaseHandle handle : List.copyOf(handles)) {
      if (handle.state() == LeaseState.LOST) {
        losses++;
        handles.remove(handle);
        lost.add(handle);
      } else {
        renewed++;
      }
    }
    for (LeaseHandle handle : lost) {
      if (handle.state() != LeaseState.LOST) {
        violations.add(handle + " came back");
      }
    }
  }

  /** Without faults nothing that is held gets lost; gives how many leases were. */
  int healAndHold() {
    faults.on = false;
    asked.forEach(each -> each.cancel(true));
    // What began under faults may end under them.
    time.pass(TimeUnit.SECONDS.toNanos(40));
    handles.clear();
    for (int i = 0; i < NAMES; i++) {
      CompletableFuture<LeaseHandle> fresh =
          clients
              .get(i % clients.size())
              .leases()
              .acquire("fresh/" + i, LeaseOptions.ttl(Duration.ofSeconds(9)));
      time.pass(TimeUnit.SECONDS.toNanos(5));
      handles.add(fresh.join());
    }
    for (int i = 0; i < 20; i++) {
      time.pass(TimeUnit.SECONDS.toNanos(9));
      handles.stream()
          .filter(handle -> handle.state() == LeaseState.LOST)
          .forEach(handle -> violations.add(handle + " was lost: " + handle.status()));
    }
    return handles.size();
  }

  List<String> violations() {
    return violations;
  }

  long losses() {
    return losses;
  }

  long grants() {
    return asked.stream().filter(each -> each.isDone() && !each.isCompletedExceptionally()).count();
  }

  long renewed() {
    return renewed;
  }
}
