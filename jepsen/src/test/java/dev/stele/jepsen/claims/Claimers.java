// SPDX-License-Identifier: Apache-2.0
package dev.stele.jepsen.claims;

import dev.stele.client.StoreClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Many who take claims of one pool and give them back, a few under each client. They die by
 * clients: whoever is under one that is closed releases nothing.
 */
public final class Claimers implements AutoCloseable {
  /** More than any call takes; what is under way ends by then. */
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(30);

  private final String endpoints;
  private final String pool;
  private final int perClient;
  private final long seed;
  private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2);
  private final List<Group> living = new ArrayList<>();
  private final Queue<Taken> taken = new ConcurrentLinkedQueue<>();
  private final Queue<String> leases = new ConcurrentLinkedQueue<>();
  private final AtomicInteger underWay = new AtomicInteger();
  private int born;
  private volatile boolean stopped;

  /** A grant that was acknowledged. */
  public record Taken(String key, String owner, long token, long epoch, long revision) {}

  /** A client and who is under it. */
  record Group(StoreClient client, List<Claimer> claimers) {}

  /** Nobody is born yet. */
  public Claimers(String endpoints, String pool, int perClient, long seed) {
    this.endpoints = endpoints;
    this.pool = pool;
    this.perClient = perClient;
    this.seed = seed;
  }

  /** One more client, with all under it. */
  public void bear() {
    StoreClient client =
        StoreClient.builder().endpoints(endpoints).requestTimeout(REQUEST_TIMEOUT).build();
    List<Claimer> claimers = new ArrayList<>();
    for (int i = 0; i < perClient; i++) {
      Claimer claimer = new Claimer(this, client, pool, "c" + born, seed + born);
      born++;
      claimers.add(claimer);
      claimer.begin();
    }
    living.add(new Group(client, claimers));
  }

  /** The oldest client dies, with all under it; a new one comes. */
  public void replaceOldest() {
    Group oldest = living.remove(0);
    oldest.claimers().forEach(Claimer::die);
    oldest.client().close();
    bear();
  }

  /** How many there ever were. */
  public int born() {
    return born;
  }

  /** What was acknowledged to them. */
  public Collection<Taken> taken() {
    return taken;
  }

  /** All leases that any of them ever had. */
  public Collection<String> leases() {
    return leases;
  }

  /** Nobody begins anything more; true once everything that was under way has ended. */
  public boolean stop() {
    stopped = true;
    return underWay.get() == 0;
  }

  boolean isStopped() {
    return stopped;
  }

  void hasTaken(Taken grant) {
    taken.add(grant);
  }

  void willHold(String lease) {
    leases.add(lease);
  }

  void after(long millis, Runnable step) {
    ScheduledFuture<?> unused = timer.schedule(step, millis, TimeUnit.MILLISECONDS);
  }

  void begins() {
    underWay.incrementAndGet();
  }

  void ends() {
    underWay.decrementAndGet();
  }

  @Override
  public void close() {
    stopped = true;
    timer.shutdownNow();
    living.forEach(group -> group.client().close());
  }
}
