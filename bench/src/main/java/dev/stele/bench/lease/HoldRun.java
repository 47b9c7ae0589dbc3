// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.lease;

import dev.stele.bench.Crowd;
import dev.stele.bench.watch.WatchReport.Spread;
import dev.stele.client.LeaseHandle;
import dev.stele.client.LeaseListener;
import dev.stele.client.LeaseOptions;
import dev.stele.client.LeaseState;
import dev.stele.client.LeaseStatus;
import dev.stele.client.NodeStatus;
import dev.stele.client.StoreClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** Many leases that one process holds and renews, and nothing besides. */
public final class HoldRun {
  /** Acquisitions and releases under way together. */
  private static final int UNDER_WAY = 256;

  private static final int DIGITS = 3;
  private static final long TICK_MILLIS = 1_000;

  private final HoldOptions options;
  private final List<StoreClient> clients;
  private final LongSupplier nanoTime;
  private final Histogram micros = new ConcurrentHistogram(1, TimeUnit.HOURS.toMicros(1), DIGITS);
  private final LongAdder renewals = new LongAdder();
  private volatile boolean measuring;

  /**
   * Prepares a run.
   *
   * @param clients that share the leases; they stay the caller's to close
   * @param nanoTime a monotonic clock
   */
  public HoldRun(HoldOptions options, List<StoreClient> clients, LongSupplier nanoTime) {
    this.options = options;
    this.clients = List.copyOf(clients);
    this.nanoTime = nanoTime;
  }

  /**
   * Runs it to its end, and releases the leases.
   *
   * @param progress told about once a second
   * @throws ExecutionException when a lease can't be acquired, or nobody tells how the cluster
   *     stands
   */
  public HoldReport run(Consumer<String> progress) throws InterruptedException, ExecutionException {
    progress.accept("acquiring");
    long beganNanos = nanoTime.getAsLong();
    List<LeaseHandle> held = acquireAll();
    double acquireSeconds = (nanoTime.getAsLong() - beganNanos) / 1e9;
    NodeStatus before = Crowd.leader(clients.get(0));
    long measuredNanos = nanoTime.getAsLong();
    measuring = true;
    pass(progress);
    measuring = false;
    double seconds = (nanoTime.getAsLong() - measuredNanos) / 1e9;
    NodeStatus after = Crowd.leader(clients.get(0));
    int lost = (int) held.stream().filter(lease -> lease.state() == LeaseState.LOST).count();
    progress.accept("releasing");
    Crowd.forEach(held, UNDER_WAY, LeaseHandle::release);
    return new HoldReport(
        options,
        acquireSeconds,
        seconds,
        renewals.sum(),
        spread(micros),
        lost,
        after.applied() - before.applied(),
        after.revision() - before.revision());
  }

  static Spread spread(Histogram micros) {
    return new Spread(
        micros.getValueAtPercentile(50), micros.getValueAtPercentile(99), micros.getMaxValue());
  }

  private List<LeaseHandle> acquireAll() throws InterruptedException, ExecutionException {
    Semaphore room = new Semaphore(UNDER_WAY);
    LeaseOptions each = LeaseOptions.ttl(options.ttl());
    List<CompletableFuture<LeaseHandle>> asked = new ArrayList<>();
    for (int i = 0; i < options.leases(); i++) {
      room.acquire();
      asked.add(
          clients
              .get(i % clients.size())
              .leases()
              .acquire(options.prefix() + i, each)
              .whenComplete((lease, failure) -> room.release()));
    }
    List<LeaseHandle> held = new ArrayList<>();
    for (CompletableFuture<LeaseHandle> lease : asked) {
      held.add(lease.get());
    }
    held.forEach(lease -> lease.addListener(new Meter()));
    return held;
  }

  private final class Meter implements LeaseListener {
    @Override
    public void onStatus(LeaseHandle lease, LeaseStatus status) {
      // Those that are lost are counted at the end.
    }

    @Override
    public void onRenewed(LeaseHandle lease, Duration roundTrip) {
      if (measuring) {
        renewals.increment();
        micros.recordValue(Math.max(1, TimeUnit.NANOSECONDS.toMicros(roundTrip.toNanos())));
      }
    }
  }

  private void pass(Consumer<String> progress) throws InterruptedException {
    long endNanos = nanoTime.getAsLong() + options.duration().toNanos();
    for (long left = options.duration().toNanos();
        left > 0;
        left = endNanos - nanoTime.getAsLong()) {
      progress.accept(
          "%,d renewals, %,d s left"
              .formatted(renewals.sum(), TimeUnit.NANOSECONDS.toSeconds(left)));
      Thread.sleep(Math.min(TICK_MILLIS, 1 + TimeUnit.NANOSECONDS.toMillis(left)));
    }
  }
}
