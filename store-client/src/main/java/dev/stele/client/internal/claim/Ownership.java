// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.claim;

import dev.stele.client.ClaimGrant;
import dev.stele.client.ClaimHandle;
import dev.stele.client.Facts;
import dev.stele.client.LeaseHandle;
import dev.stele.client.ReadMode;
import dev.stele.client.internal.call.Backoff;
import dev.stele.client.internal.time.Timekeeper;
import dev.stele.client.internal.watch.Watches;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * All claims that a client owns: one watch for each pool of them, and one look at each lease that
 * they are bound to. Thread-safe. Its lock comes before that of a {@link PoolWatch}; handles are
 * told with neither held.
 */
final class Ownership {
  /**
   * How long the watch of a pool is kept that no claim is owned of: whoever takes one claim after
   * another must not begin a watch for each.
   */
  static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final ClaimCalls calls;
  private final Facts facts;
  private final Watches watches;
  private final Timekeeper timekeeper;
  private final Map<String, Followed> pools = new HashMap<>();
  private final IdentityHashMap<LeaseHandle, Set<Owned>> byLease = new IdentityHashMap<>();
  private boolean closed;

  /** A pool that is followed; {@code idleNanos} since when for nobody. */
  private static final class Followed {
    final PoolWatch watch;
    long idleNanos;
    boolean looking;

    Followed(PoolWatch watch) {
      this.watch = watch;
    }
  }

  Ownership(ClaimCalls calls, Facts facts, Watches watches, Timekeeper timekeeper) {
    this.calls = calls;
    this.facts = facts;
    this.watches = watches;
    this.timekeeper = timekeeper;
  }

  /** A handle on what was granted. */
  @SuppressWarnings("FutureReturnValueIgnored") // the loss of a lease reports to the handles
  Owned hold(ClaimGrant grant, LeaseHandle lease) {
    Owned owned = new Owned(grant, lease, calls, this::forget);
    @Nullable PoolWatch pool = null;
    boolean firstOfLease = false;
    synchronized (this) {
      if (!closed) {
        pool =
            pools.computeIfAbsent(
                    grant.pool(), name -> new Followed(new PoolWatch(name, watches, timekeeper)))
                .watch;
        pool.add(owned);
        firstOfLease = !byLease.containsKey(lease);
        byLease.computeIfAbsent(lease, unknown -> new HashSet<>()).add(owned);
      }
    }
    if (pool == null) {
      owned.lose();
      return owned;
    }
    if (firstOfLease) {
      lease.lost().thenRun(() -> lost(lease));
    }
    if (!pool.catchUp(owned)) {
      read(owned, pool, 0);
    }
    return owned;
  }

  /** Finds out what became of a claim between its grant and what its watch still remembers. */
  @SuppressWarnings("FutureReturnValueIgnored") // what comes of it goes to the handle
  private void read(Owned owned, PoolWatch pool, int failures) {
    if (owned.state() == ClaimHandle.State.LOST) {
      return;
    }
    facts
        .get(owned.grant().key(), ReadMode.atLeast(pool.seenThrough()))
        .whenComplete(
            (got, failure) -> {
              if (failure != null) {
                timekeeper.schedule(
                    Backoff.delayNanos(failures, timekeeper.random()),
                    () -> read(owned, pool, failures + 1));
              } else {
                got.fact()
                    .ifPresentOrElse(
                        fact -> owned.stands(fact.body(), fact.modRevision(), Duration.ZERO),
                        owned::lose);
              }
            });
  }

  private void lost(LeaseHandle lease) {
    Set<Owned> bound;
    synchronized (this) {
      bound = byLease.remove(lease);
    }
    if (bound != null) {
      List.copyOf(bound).forEach(Owned::lose);
    }
  }

  private void forget(Owned owned) {
    synchronized (this) {
      // The lease itself stays, with the one look at it, until it is lost.
      byLease.getOrDefault(owned.lease(), Collections.emptySet()).remove(owned);
      Followed pool = pools.get(owned.grant().pool());
      if (pool != null) {
        pool.watch.remove(owned);
        if (pool.watch.isEmpty() && !closed) {
          pool.idleNanos = timekeeper.nanoTime();
          lookLater(owned.grant().pool(), pool, LINGER_NANOS);
        }
      }
    }
  }

  private void lookLater(String name, Followed pool, long delayNanos) {
    if (!pool.looking) {
      pool.looking = true;
      timekeeper.schedule(delayNanos, () -> look(name, pool));
    }
  }

  private void look(String name, Followed pool) {
    synchronized (this) {
      pool.looking = false;
      if (!pool.watch.isEmpty()) {
        return;
      }
      long left = pool.idleNanos + LINGER_NANOS - timekeeper.nanoTime();
      if (left > 0) {
        lookLater(name, pool, left);
        return;
      }
      pools.remove(name, pool);
    }
    pool.watch.close();
  }

  /** All claims are lost here, and none is held any more. */
  void close() {
    List<Followed> all;
    synchronized (this) {
      closed = true;
      all = List.copyOf(pools.values());
      byLease.clear();
    }
    for (Followed pool : all) {
      pool.watch.close();
      pool.watch.loseAll();
    }
  }
}
