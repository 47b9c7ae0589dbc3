// SPDX-License-Identifier: Apache-2.0
package dev.stele.jepsen.claims;

import dev.stele.client.ClaimGrant;
import dev.stele.client.LeaseHandle;
import dev.stele.client.LeaseOptions;
import dev.stele.client.LeaseState;
import dev.stele.client.StoreClient;
import dev.stele.client.error.FencedException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One who takes claims under a lease of its own and gives them back, a step at a time. Steps of one
 * claimer never overlap.
 */
final class Claimer {
  static final Duration TTL = Duration.ofSeconds(3);

  private static final Duration DRAIN = Duration.ofMillis(500);
  private static final int WANTED = 12;
  private static final int MIN_PAUSE_MILLIS = 50;
  private static final int MAX_PAUSE_MILLIS = 400;

  private final Claimers all;
  private final StoreClient client;
  private final String pool;
  private final String name;
  private final Random random;
  private final Deque<ClaimGrant> owned = new ArrayDeque<>();
  private @Nullable LeaseHandle lease;
  private int lives;
  private volatile boolean dead;

  Claimer(Claimers all, StoreClient client, String pool, String name, long seed) {
    this.all = all;
    this.client = client;
    this.pool = pool;
    this.name = name;
    this.random = new Random(seed);
  }

  void begin() {
    all.after(random.nextInt(MAX_PAUSE_MILLIS), this::step);
  }

  /** Without a word. */
  void die() {
    dead = true;
  }

  private void step() {
    if (dead || all.isStopped()) {
      return;
    }
    all.begins();
    CompletableFuture<?> unused =
        next()
            .whenComplete(
                (done, failure) -> {
                  if (causeOf(failure) instanceof FencedException) {
                    lease = null;
                  }
                  all.ends();
                  int pause = MAX_PAUSE_MILLIS - MIN_PAUSE_MILLIS;
                  all.after(MIN_PAUSE_MILLIS + random.nextInt(pause), this::step);
                });
  }

  private CompletableFuture<?> next() {
    LeaseHandle held = lease;
    if (held == null || held.state() == LeaseState.LOST) {
      return liveAgain();
    }
    // At times more than the pool allows, so that it has to say so.
    if (owned.isEmpty() || random.nextInt(WANTED) >= owned.size() / 2) {
      return client
          .claims()
          .next(pool, held.ref())
          .thenAccept(
              grant -> {
                owned.add(grant);
                all.hasTaken(
                    new Claimers.Taken(
                        grant.key().name(),
                        grant.owner(),
                        held.token(),
                        grant.epoch(),
                        grant.revision()));
              });
    }
    ClaimGrant oldest = owned.remove();
    return random.nextInt(8) == 0
        ? client.claims().drain(oldest.key(), DRAIN)
        : client.claims().release(oldest.key(), oldest.epoch(), held.ref(), false);
  }

  /** A lease is named as its holder, and a new one for each life. */
  private CompletableFuture<?> liveAgain() {
    owned.clear();
    String life = name + "-" + lives;
    lives++;
    all.willHold(life);
    return client
        .leases()
        .acquire(life, LeaseOptions.ttl(TTL).holder(life))
        .thenAccept(handle -> lease = handle);
  }

  private static @Nullable Throwable causeOf(@Nullable Throwable failure) {
    return failure != null && failure.getCause() != null ? failure.getCause() : failure;
  }
}
