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
   * Makes a pool, or changes its rules. Fails with {@link
   * dev.stele.client.error.InvalidRequestException} when they are wrong, or would change the range
   * of a pool that has claims.
   *
   * @param pool its name, without the kind
   */
  CompletableFuture<Written> define(String pool, Pool rules);

  /**
   * Adds idle claims to a pool of listed items; those that are there already stay as they are. Many
   * are added in several transactions: when one fails, those before it stay, and it can be called
   * again.
   *
   * @param items without the pool, none of them empty or with a slash
   * @return how many were added
   * @throws IllegalArgumentException when an item is none
   */
  CompletableFuture<Integer> add(String pool, Collection<String> items);

  /**
   * Takes the first idle claim of a pool, and follows it. Fails with {@link
   * dev.stele.client.error.PoolExhaustedException} when there is none, with {@link
   * dev.stele.client.error.LimitExceededException} at one of the pool's gates or when the owner is
   * a member that drains, with {@link dev.stele.client.error.FencedException} unless the lease is
   * held, and with {@link dev.stele.client.error.NotFoundException} when there is no such pool.
   *
   * <p>Cancelling the future gives back what is granted all the same. A request that ends as {@link
   * dev.stele.client.error.OutcomeUnknownException} may have taken a claim: {@link #list} tells,
   * and the end of the lease gives it back.
   *
   * @param lease whose holder is the owner; kept by this process
   */
  CompletableFuture<ClaimHandle> next(String pool, LeaseHandle lease);

  /** As {@link #next(String, LeaseHandle)}, and leaves the rest to whoever gets the grant. */
  CompletableFuture<ClaimGrant> next(String pool, LeaseRef lease);

  /**
   * Takes one idle claim that stands at {@code epoch}, and follows it. Fails with {@link
   * dev.stele.client.error.LeaseHeldException} while its owner's lease is held, and with {@link
   * dev.stele.client.error.CompareFailedException} at another epoch or when it is retired; the
   * pool's gates hold as for {@link #next(String, LeaseHandle)}.
   */
  CompletableFuture<ClaimHandle> takeover(FactKey<Claim> claim, long epoch, LeaseHandle lease);

  /** As the other one, and leaves the rest to whoever gets the grant. */
  CompletableFuture<ClaimGrant> takeover(FactKey<Claim> claim, long epoch, LeaseRef lease);

  /**
   * Asks the owner, whoever it is, to give a claim back within {@code deadline}; then it goes as if
   * the owner were lost. Fails with {@link dev.stele.client.error.CompareFailedException} unless it
   * is owned.
   *
   * @param deadline 1 ms to 24 h, whole milliseconds count; counted by the leader, and anew by the
   *     next one
   * @return the revision of the change
   */
  CompletableFuture<Long> drain(FactKey<Claim> claim, Duration deadline);

  /**
   * As the other one, for the owner at {@code epoch} only. Fails with {@link
   * dev.stele.client.error.CompareFailedException} at another.
   */
  CompletableFuture<Long> drain(FactKey<Claim> claim, long epoch, Duration deadline);

  /**
   * Gives a claim back; with {@code retire}, never to be used again. Fails with {@link
   * dev.stele.client.error.FencedException} unless it is owned under this lease, and with {@link
   * dev.stele.client.error.CompareFailedException} at another epoch.
   *
   * @return the revision of the change
   */
  CompletableFuture<Long> release(FactKey<Claim> claim, long epoch, LeaseRef lease, boolean retire);

  /**
   * All claims of a pool as they stood at one revision, in the order of keys. Of a range those that
   * were ever owned.
   */
  CompletableFuture<List<Fact<Claim>>> list(String pool);
}
