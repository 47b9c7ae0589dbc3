// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.claim;

import dev.stele.client.ClaimGrant;
import dev.stele.client.ClaimHandle;
import dev.stele.client.Claims;
import dev.stele.client.Fact;
import dev.stele.client.FactKey;
import dev.stele.client.Facts;
import dev.stele.client.Keys;
import dev.stele.client.LeaseHandle;
import dev.stele.client.LeaseRef;
import dev.stele.client.ListOptions;
import dev.stele.client.PutOptions;
import dev.stele.client.Written;
import dev.stele.client.error.FencedException;
import dev.stele.client.internal.call.Caller;
import dev.stele.client.internal.facts.Guards;
import dev.stele.client.internal.time.Timekeeper;
import dev.stele.client.internal.watch.Watches;
import dev.stele.client.kind.Claim;
import dev.stele.client.kind.Kinds;
import dev.stele.client.kind.Pool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** All claims, as a client asks for them. Thread-safe. */
public final class DefaultClaims implements Claims, AutoCloseable {
  private final ClaimCalls calls;
  private final Facts facts;
  private final Ownership ownership;

  /**
   * Claims.
   *
   * @param timekeeper with timers that may lead to callbacks
   */
  public DefaultClaims(Caller caller, Facts facts, Watches watches, Timekeeper timekeeper) {
    this.calls = new ClaimCalls(caller);
    this.facts = facts;
    this.ownership = new Ownership(calls, facts, watches, timekeeper);
  }

  @Override
  public CompletableFuture<Written> define(String pool, Pool rules) {
    byte[] body = Kinds.POOL.codec().encode(rules);
    return facts.raw().put(Keys.pool(pool), body, PutOptions.none());
  }

  @Override
  public CompletableFuture<Integer> add(String pool, Collection<String> items) {
    return new Listing(facts, pool, items).start();
  }

  @Override
  public CompletableFuture<ClaimHandle> next(String pool, LeaseHandle lease) {
    return hold(lease, () -> calls.next(pool, lease.ref()));
  }

  @Override
  public CompletableFuture<ClaimGrant> next(String pool, LeaseRef lease) {
    return calls.next(pool, lease);
  }

  @Override
  public CompletableFuture<ClaimHandle> takeover(
      FactKey<Claim> claim, long epoch, LeaseHandle lease) {
    return hold(lease, () -> calls.takeover(claim, epoch, lease.ref()));
  }

  @Override
  public CompletableFuture<ClaimGrant> takeover(FactKey<Claim> claim, long epoch, LeaseRef lease) {
    return calls.takeover(claim, epoch, lease);
  }

  /** Whoever cancels what is given gets nothing; what is granted all the same is given back. */
  @SuppressWarnings("FutureReturnValueIgnored") // what comes of it goes into what is given
  private CompletableFuture<ClaimHandle> hold(
      LeaseHandle lease, Supplier<CompletableFuture<ClaimGrant>> request) {
    Optional<FencedException> refusal = Guards.refusal(lease, "lease");
    if (refusal.isPresent()) {
      return CompletableFuture.failedFuture(refusal.get());
    }
    CompletableFuture<ClaimHandle> given = new CompletableFuture<>();
    request
        .get()
        .whenComplete(
            (grant, failure) -> {
              if (grant == null) {
                given.completeExceptionally(failure);
                return;
              }
              ClaimHandle handle = ownership.hold(grant, lease);
              if (!given.complete(handle)) {
                handle.close();
              }
            });
    return given;
  }

  @Override
  public CompletableFuture<Long> drain(FactKey<Claim> claim, Duration deadline) {
    return calls.drain(claim, OptionalLong.empty(), deadline);
  }

  @Override
  public CompletableFuture<Long> drain(FactKey<Claim> claim, long epoch, Duration deadline) {
    return calls.drain(claim, OptionalLong.of(epoch), deadline);
  }

  @Override
  public CompletableFuture<Long> release(
      FactKey<Claim> claim, long epoch, LeaseRef lease, boolean retire) {
    return calls.release(claim, epoch, lease, retire);
  }

  @Override
  public CompletableFuture<List<Fact<Claim>>> list(String pool) {
    List<Fact<Claim>> claims = new ArrayList<>();
    int itemsFrom = Kinds.CLAIM.name().length() + pool.length() + 2;
    return facts
        .forEach(
            Kinds.CLAIM,
            pool + "/",
            ListOptions.defaults(),
            fact -> {
              // What has a further slash is of another pool, whose name begins with this one's.
              if (fact.key().text().indexOf('/', itemsFrom) < 0) {
                claims.add(fact);
              }
            })
        .thenApply(walked -> List.copyOf(claims));
  }

  /** All handles are LOST here. */
  @Override
  public void close() {
    ownership.close();
  }
}
