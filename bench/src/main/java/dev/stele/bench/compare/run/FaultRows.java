// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.run;

import dev.stele.bench.LoopClient.Operation;
import dev.stele.bench.compare.Cluster;
import dev.stele.bench.compare.Driver;
import dev.stele.bench.compare.run.Bench.Session;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** What it costs when nodes are killed. */
final class FaultRows {
  /** How long after a kill a write may be acknowledged at last. */
  static final long PATIENCE_SECONDS = 30;

  private static final String RESTART_PREFIX = "restart/";

  private final Times times;
  private final ScheduledExecutorService timer;
  private final LongSupplier nanoTime;

  FaultRows(Times times, ScheduledExecutorService timer, LongSupplier nanoTime) {
    this.times = times;
    this.timer = timer;
    this.nanoTime = nanoTime;
  }

  /** The median of several kills, each followed by a start of the killed node. */
  Measured failover(Session session, Row row) throws IOException, InterruptedException {
    List<Double> millis = new ArrayList<>();
    List<Long> gaps = new ArrayList<>();
    long errors = 0;
    for (int kill = 0; kill < times.kills(); kill++) {
      Kill one = new Kill(session, row);
      millis.add(one.run());
      gaps.add(TimeUnit.NANOSECONDS.toMillis(one.loop.meter().longestGapNanos()));
      errors += one.loop.failures();
    }
    String note =
        String.format(
            Locale.ROOT,
            "%s kills, the longest time without an acknowledgement %,d ms",
            millis.size(),
            gaps.stream().mapToLong(Long::longValue).max().orElse(0));
    return new Measured(
        Median.of(millis), 0, Measured.of(0, "").latency(), millis.size(), errors, 0, 0, 0, note);
  }

  /** One kill of the leader under load. */
  private final class Kill {
    private final Session session;
    private final AtomicLong goneNanos = new AtomicLong(Long.MAX_VALUE);
    private final AtomicLong firstNanos = new AtomicLong(Long.MAX_VALUE);
    private final CountDownLatch acknowledged = new CountDownLatch(1);
    private final Loop loop;

    Kill(Session session, Row row) {
      this.session = session;
      List<Operation> clients =
          Calls.of(row, session.driver()).stream().map(this::noticing).toList();
      this.loop = new Loop(clients, timer, nanoTime, () -> false);
    }

    /** A write that began when the leader was gone proves that there is a new one. */
    private Operation noticing(Operation write) {
      return () -> {
        boolean after = goneNanos.get() != Long.MAX_VALUE;
        return write
            .start()
            .whenComplete(
                (done, failure) -> {
                  if (after && failure == null) {
                    firstNanos.accumulateAndGet(nanoTime.getAsLong(), Math::min);
                    acknowledged.countDown();
                  }
                });
      };
    }

    /** From the kill to the first acknowledged write after it, in milliseconds. */
    double run() throws IOException, InterruptedException {
      Cluster cluster = session.cluster();
      int leader = cluster.leader();
      long killNanos;
      try {
        loop.start();
        TimeUnit.SECONDS.sleep(1);
        loop.meter().start(nanoTime.getAsLong());
        killNanos = nanoTime.getAsLong();
        cluster.kill(leader);
        goneNanos.set(nanoTime.getAsLong());
        if (!acknowledged.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
          throw new IOException(
              "no write was acknowledged " + PATIENCE_SECONDS + " s after the leader was killed");
        }
        TimeUnit.SECONDS.sleep(1);
        loop.meter().stop(nanoTime.getAsLong());
        loop.end();
      } finally {
        loop.abandon();
      }
      cluster.startAgain(leader);
      return (firstNanos.get() - killNanos) / 1e6;
    }
  }

  /** The start of a follower that was killed, on so many keys. */
  Measured restart(Session session) throws IOException, InterruptedException {
    Driver driver = session.driver();
    new Fill(driver::put, RESTART_PREFIX, 0, times.restartKeys()).run(timer, nanoTime);
    Cluster cluster = session.cluster();
    int follower = (cluster.leader() + 1) % cluster.pids().size();
    cluster.kill(follower);
    long from = nanoTime.getAsLong();
    cluster.startAgain(follower);
    double millis = (nanoTime.getAsLong() - from) / 1e6;
    return Measured.of(
        millis, String.format(Locale.ROOT, "%,d keys", times.restartKeys() + Calls.KEYS));
  }
}
