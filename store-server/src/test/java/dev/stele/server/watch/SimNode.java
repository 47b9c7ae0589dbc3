// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.watch;

import dev.stele.server.core.model.Reason;
import dev.stele.server.core.model.StoreMeta;
import dev.stele.server.port.Leadership;
import dev.stele.server.port.ReadGate;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** One node with its hub, which moves only when it is told to. */
final class SimNode implements ReadGate, Leadership {
  private final Truth truth;
  private final Random random;
  private final AtomicLong nanos;
  private final SimStore store;
  private final WatchFeed feed;
  private final WatchHub hub;
  private final List<Runnable> pool = new ArrayList<>();
  private final List<Waiting> waiting = new ArrayList<>();
  final List<Throwable> faults = new ArrayList<>();
  private int entries;
  private boolean cut;
  private boolean lonely;
  private long cutNanos;
  private long joinedNanos;
  private long lonelyNanos = -1;

  private record Waiting(long revision, CompletableFuture<Admission> admission) {}

  SimNode(
      Truth truth, Random random, AtomicLong nanos, WatchSettings settings, EventEncoder encoder) {
    this.truth = truth;
    this.random = random;
    this.nanos = nanos;
    store = new SimStore(truth);
    feed = new WatchFeed(settings, nanos::get, 0);
    hub =
        new WatchHub(
            new WatchHub.Setup(
                feed,
                store,
                this,
                this,
                encoder,
                NamedWatchers.NONE,
                settings,
                nanos::get,
                new SimpleMeterRegistry(),
                (what, cause) -> faults.add(cause)),
            pool::add);
  }

  long nanos() {
    return nanos.get();
  }

  WatchHub hub() {
    return hub;
  }

  /**
   * @param sinceNanos whether it was cut off then or later counts
   */
  Judge.Moment moment(long sinceNanos) {
    return new Judge.Moment(store.applied, store.floor, lonely || lonelyNanos >= sinceNanos);
  }

  /** Whether there is anything that it has not applied. */
  boolean isBehind() {
    return entries < truth.log().size();
  }

  boolean isCut() {
    return cut;
  }

  /** Applies the next entry, if it hears of it. */
  void apply() {
    if (!cut && isBehind()) {
      Truth.Entry entry = truth.log().get(entries++);
      store.applied = entry.revision();
      store.floor = entry.floor();
      StoreMeta meta = store.meta();
      feed.committed(entry.changes(), meta);
    }
    answer();
  }

  private void answer() {
    for (Waiting asked : List.copyOf(waiting)) {
      if (cut) {
        waiting.remove(asked);
        asked.admission().complete(new Denied(Reason.NO_QUORUM, "cut off"));
      } else if (store.applied >= asked.revision()) {
        waiting.remove(asked);
        asked.admission().complete(new Admitted());
      }
    }
  }

  /** Runs the hub and the pool a bit. */
  boolean work() {
    boolean more = hub.step();
    if (!pool.isEmpty()) {
      pool.remove(random.nextInt(pool.size())).run();
      more = true;
    }
    forgetLoneliness();
    return more || !pool.isEmpty();
  }

  void hubOnly() {
    hub.step();
    forgetLoneliness();
  }

  /** The hub looks four times a second. */
  private void forgetLoneliness() {
    lonely = cut || (lonely && nanos.get() - joinedNanos < TimeUnit.MILLISECONDS.toNanos(300));
    if (lonely) {
      lonelyNanos = nanos.get();
    }
  }

  /** Reclaims some of what it may. */
  void reclaim() {
    long most = Math.min(store.floor, feed.limit());
    if (most > store.reclaimed) {
      store.reclaimed += 1 + random.nextInt((int) (most - store.reclaimed));
    }
  }

  void cut(boolean off) {
    if (off && !cut) {
      lonely = true;
      lonelyNanos = nanos.get();
      cutNanos = nanos.get();
    }
    if (cut && !off) {
      joinedNanos = nanos.get();
    }
    cut = off;
    answer();
  }

  @Override
  public CompletableFuture<Admission> linearizable(long deadlineNanos) {
    CompletableFuture<Admission> admission = new CompletableFuture<>();
    waiting.add(new Waiting(truth.revision(), admission));
    answer();
    return admission;
  }

  @Override
  public CompletableFuture<Admission> atLeast(long revision, long deadlineNanos) {
    throw new UnsupportedOperationException("watches do not ask for it");
  }

  @Override
  public Standing standing() {
    long age = cut ? TimeUnit.NANOSECONDS.toMillis(nanos.get() - cutNanos) : 0;
    return new Standing(Role.FOLLOWER, 1, Optional.of("n0"), false, age, 0);
  }
}
