// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Named, exclusive, expiring, fenced rights. Thread-safe; nothing blocks. For failures, retries and
 * threads see {@link Facts}.
 *
 * <p>An acquisition is a write under a client session: however often it is sent, it is decided
 * once. One that ends as {@link dev.stele.client.error.OutcomeUnknownException} may have left a
 * lease behind that nobody renews, and that its TTL ends.
 */
public interface Leases {
  /** Leases that one client renews; more are refused with LIMIT_REACHED. */
  int MAX_HELD = 100_000;

  /**
   * Acquires a lease and keeps it. While somebody else has it, it waits in order of arrival as long
   * as the options say, over leader changes and in several calls if need be; then, or at once, it
   * fails with {@link dev.stele.client.error.LeaseHeldException}. Cancelling the future leaves the
   * queue.
   *
   * @param name without the kind, for instance {@code controllers/scheduler}
   */
  CompletableFuture<LeaseHandle> acquire(String name, LeaseOptions options);

  /** Acquires a lease with a name of the store's choice, for plain liveness. */
  CompletableFuture<LeaseHandle> acquireAnonymous(LeaseOptions options);

  /**
   * Takes up a lease that was acquired elsewhere, or handed over to this process, once a renewal of
   * it was acknowledged. Fails with {@link dev.stele.client.error.FencedException} when it is not
   * held with this token.
   */
  CompletableFuture<LeaseHandle> adopt(LeaseRef lease);

  /** Acquires like {@link #acquire}, but leaves the renewing to whoever gets the token. */
  CompletableFuture<LeaseGrant> grant(String name, LeaseOptions options);

  /**
   * Renews once. Nothing is logged for it.
   *
   * @return the TTL, which counts from some moment after this call
   */
  CompletableFuture<Duration> renew(LeaseRef lease);

  /** Gives a lease up; FENCED unless it is held with this token. */
  CompletableFuture<LeaseChange> release(LeaseRef lease);

  /** Gives a lease to {@code to} under a new token; FENCED unless it is held with this one. */
  CompletableFuture<LeaseChange> handOver(LeaseRef lease, String to);

  /** Who holds a lease; empty when nobody does. */
  CompletableFuture<Optional<LeaseInfo>> get(String name);

  /**
   * One page of the leases whose names begin with {@code prefix}.
   *
   * @param limit at most so many, up to 1,000; 0: as many as a page holds
   * @param after names behind this one only; empty: from the first
   */
  CompletableFuture<LeasePage> list(String prefix, int limit, String after);
}
