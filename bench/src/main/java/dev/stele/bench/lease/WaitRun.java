// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.lease;

import dev.stele.client.LeaseGrant;
import dev.stele.client.LeaseOptions;
import dev.stele.client.StoreClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Many who wait for one lease, each of which releases it as soon as it has it, and waits again
 * until the time is over.
 */
public final class WaitRun {
  /** How long a waiter waits, and how long the last ones may take after the end. */
  static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final int DIGITS = 3;
  private static final long TICK_MILLIS = 1_000;

  private final HoldOptions options;
  private final List<StoreClient> clients;
  private final LongSupplier nanoTime;
  private final LeaseOptions each;
  private final CountDownLatch open;
  private final Set<String> failures = new ConcurrentSkipListSet<>();
  // Of whoever has the lease, which is one at a time; under the lock for those who look on.
  private final Histogram micros = new Histogram(1, TimeUnit.HOURS.toMicros(1), DIGITS);
  private long releasedNanos;
  private long lastToken;
  private boolean released;
  private boolean tokensGrew = true;
  private volatile boolean over;

  /**
   * Prepares a run; {@link HoldOptions#leases} is how many wait.
   *
   * @param clients that share the waiters; they stay the caller's to close
   * @param nanoTime a monotonic clock
   */
  public WaitRun(HoldOptions options, List<StoreClient> clients, LongSupplier nanoTime) {
    this.options = options;
    this.clients = List.copyOf(clients);
    this.nanoTime = nanoTime;
    this.each = LeaseOptions.ttl(options.ttl()).waitingUpTo(PATIENCE);
    this.open = new CountDownLatch(options.leases());
  }

  /**
   * Runs it to its end.
   *
   * @param progress told about once a second
   */
  public WaitReport run(Consumer<String> progress) throws InterruptedException {
    long beganNanos = nanoTime.getAsLong();
    for (int i = 0; i < options.leases(); i++) {
      await(clients.get(i % clients.size()));
    }
    long endNanos = beganNanos + options.duration().toNanos();
    for (long left = 1; left > 0; left = endNanos - nanoTime.getAsLong()) {
      progress.accept(
          "%,d hand-overs, %,d s left"
              .formatted(handOvers(), TimeUnit.NANOSECONDS.toSeconds(left)));
      Thread.sleep(Math.min(TICK_MILLIS, 1 + TimeUnit.NANOSECONDS.toMillis(left)));
    }
    over = true;
    double seconds = (nanoTime.getAsLong() - beganNanos) / 1e9;
    long counted = handOvers();
    if (!open.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
      failures.add(open.getCount() + " waiters had not ended " + PATIENCE.toSeconds() + " s late");
    }
    synchronized (this) {
      return new WaitReport(
          options, seconds, counted, HoldRun.spread(micros), tokensGrew, new ArrayList<>(failures));
    }
  }

  private synchronized long handOvers() {
    return micros.getTotalCount();
  }

  private void await(StoreClient client) {
    CompletableFuture<?> unused =
        client
            .leases()
            .grant(options.prefix() + "one", each)
            .whenComplete((grant, failure) -> granted(client, grant, failure));
  }

  private void granted(
      StoreClient client, @Nullable LeaseGrant grant, @Nullable Throwable failure) {
    if (grant == null) {
      failures.add("acquire: " + failure);
      open.countDown();
      return;
    }
    synchronized (this) {
      long now = nanoTime.getAsLong();
      if (released) {
        micros.recordValue(Math.max(1, TimeUnit.NANOSECONDS.toMicros(now - releasedNanos)));
      }
      tokensGrew &= grant.lease().token() > lastToken;
      lastToken = grant.lease().token();
      released = true;
      releasedNanos = now;
    }
    CompletableFuture<?> unused =
        client
            .leases()
            .release(grant.lease())
            .whenComplete((change, refused) -> released(client, refused));
  }

  private void released(StoreClient client, @Nullable Throwable failure) {
    if (failure != null) {
      failures.add("release: " + failure);
    }
    if (over || failure != null) {
      open.countDown();
    } else {
      await(client);
    }
  }
}
