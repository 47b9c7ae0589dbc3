// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.lease;

import dev.stele.server.core.model.Change;
import dev.stele.server.core.model.KindNames;
import dev.stele.server.core.model.StoreMeta;
import dev.stele.server.port.ChangeListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Where a {@link LeaseKeeper} hears of what becomes of leases: the thread that applies puts it
 * there and goes on. It is there before anything is applied, and before there is a keeper; until
 * then nothing is kept.
 *
 * <p>It keeps {@link #MAX_CHANGES} at most. Beyond that it notes that some were missed, and the
 * keeper compares what it knows with the state: nothing is lost by it, and nobody waits.
 */
public final class LeaseFeed implements ChangeListener {
  /** Changes of leases that wait for the keeper. */
  static final int MAX_CHANGES = 65_536;

  private final Queue<List<Change>> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger count = new AtomicInteger();
  private final AtomicBoolean missed = new AtomicBoolean();
  private volatile Optional<Runnable> news = Optional.empty();

  @Override
  public void committed(List<Change> changes, StoreMeta meta) {
    Optional<Runnable> told = news;
    if (told.isEmpty()) {
      return;
    }
    List<Change> leases = new ArrayList<>(0);
    for (Change change : changes) {
      if (change.key().kind().equals(KindNames.LEASE)) {
        leases.add(change);
      }
    }
    if (leases.isEmpty()) {
      return;
    }
    if (count.addAndGet(leases.size()) <= MAX_CHANGES) {
      waiting.add(leases);
    } else {
      count.addAndGet(-leases.size());
      missed.set(true);
    }
    told.get().run();
  }

  /** Runs {@code told}, which must not block, for each change from here on. */
  void tell(Runnable told) {
    news = Optional.of(told);
  }

  boolean isEmpty() {
    return waiting.isEmpty() && !missed.get();
  }

  /** Tells {@code clock} what has come. */
  void drainTo(LeaseClock clock) {
    for (List<Change> next = waiting.poll(); next != null; next = waiting.poll()) {
      count.addAndGet(-next.size());
      clock.changed(next);
    }
    // Behind all that was kept: what is read then includes whatever was missed before.
    if (missed.getAndSet(false)) {
      clock.missed();
    }
  }
}
