// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

import dev.stele.client.kind.Claim;
import dev.stele.client.kind.Pool;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Who owns what. A claim is {@code claim/<pool>/<item>}, owned under a lease, whose holder is the
 * owner. Thread-safe; nothing blocks. For failures, retries and threads see {@link Facts}.
 */
public interface Claims {
  /**
   * Makes a pool, or changes its rules.
   *
   * @param pool its name, without the kind
   */
  CompletableFuture<Written> define(String pool, Pool rules);

  /** Adds idle claims to a pool of listed items; those that are there already stay as they are. */
  CompletableFuture<Integer> add(String pool, Collection<String> items);

  /**
   * Takes the first idle claim of a pool. Fails with {@link
   * dev.stele.client.error.PoolExhaustedException} when there is none, and with {@link
   * dev.stele.client.error.LimitExceededException} at one of the pool's gates.
   */
  CompletableFuture<ClaimHandle> next(String pool, LeaseHandle lease);

  /** As {@link #next(String, LeaseHandle)}, and leaves the rest to whoever gets the grant. */
  CompletableFuture<ClaimGrant> next(String pool, LeaseRef lease);

  /**
   * Takes one idle claim that stands at {@code epoch}. Fails with {@link
   * dev.stele.client.error.LeaseHeldException} while its owner's lease is held, and with {@link
   * dev.stele.client.error.CompareFailedException} at another epoch or when it is retired.
   */
  CompletableFuture<ClaimHandle> takeover(FactKey<Claim> claim, long epoch, LeaseHandle lease);

  /** As the other one, and leaves the rest to whoever gets the grant. */
  CompletableFuture<ClaimGrant> takeover(FactKey<Claim> claim, long epoch, LeaseRef lease);

  /**
   * Asks the owner, whoever it is, to give a claim back within {@code deadline}; then it goes as if
   * the owner were lost.
   *
   * @return the revision of the change
   */
  CompletableFuture<Long> drain(FactKey<Claim> claim, Duration deadline);

  /** Gives a claim back; with {@code retire}, never to be used again. */
  CompletableFuture<Long> release(FactKey<Claim> claim, long epoch, LeaseRef lease, boolean retire);

  /** All claims of a pool, page by page, in the order of keys. */
  CompletableFuture<List<Fact<Claim>>> list(String pool);
}
