// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.claim;

import dev.stele.client.ClaimGrant;
import dev.stele.client.ClaimHandle;
import dev.stele.client.Compare;
import dev.stele.client.LeaseHandle;
import dev.stele.client.LeaseState;
import dev.stele.client.kind.Claim;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A claim as its owner sees it. It only goes from OWNED to DRAINING to LOST: what it is told comes
 * from a watch and from reads beside it, in any order, and what is older than what it knows is
 * dropped. Nobody is told anything with its lock held.
 */
final class Owned implements ClaimHandle {
  private final ClaimGrant grant;
  private final LeaseHandle lease;
  private final ClaimCalls calls;
  private final Consumer<Owned> onLost;
  private final CompletableFuture<Duration> draining = new CompletableFuture<>();
  private final CompletableFuture<Void> lost = new CompletableFuture<>();
  private State state = State.OWNED;
  private long seenRevision;
  private @Nullable CompletableFuture<Long> ending;

  /**
   * A claim that was taken.
   *
   * @param onLost is called once it is lost, at least once
   */
  Owned(ClaimGrant grant, LeaseHandle lease, ClaimCalls calls, Consumer<Owned> onLost) {
    this.grant = grant;
    this.lease = lease;
    this.calls = calls;
    this.onLost = onLost;
    this.seenRevision = grant.revision();
  }

  @Override
  public ClaimGrant grant() {
    return grant;
  }

  LeaseHandle lease() {
    return lease;
  }

  @Override
  public State state() {
    State known;
    synchronized (this) {
      known = state;
    }
    // By the lease's clock and not by who tells of it.
    return lease.state() == LeaseState.LOST ? State.LOST : known;
  }

  @Override
  public Compare stillOwned() {
    return Compare.modRevision(grant.key(), Compare.Relation.EQUAL, grant.revision());
  }

  @Override
  public CompletableFuture<Duration> draining() {
    return draining.copy();
  }

  @Override
  public CompletableFuture<Void> lost() {
    return lost.copy();
  }

  /**
   * The claim stands so since {@code revision}; what stood before it was granted is no news.
   *
   * @param passed how much of a drain's time may be over already
   */
  void stands(Claim claim, long revision, Duration passed) {
    synchronized (this) {
      if (revision <= seenRevision) {
        return;
      }
      seenRevision = revision;
      if (state == State.OWNED && drainsHere(claim)) {
        state = State.DRAINING;
      }
    }
    if (drainsHere(claim)) {
      Duration left = Duration.ofMillis(claim.drainMillis()).minus(passed);
      draining.complete(left.isNegative() ? Duration.ZERO : left);
    } else {
      lose();
    }
  }

  /**
   * Whether it is still this grant's. Owned it is not: by a later change it is owned anew, even if
   * somebody deleted it and its epochs began again.
   */
  private boolean drainsHere(Claim claim) {
    return claim.state() == Claim.State.DRAINING
        && claim.epoch() == grant.epoch()
        && claim.owner().equals(grant.owner());
  }

  /** It is somebody else's or nobody's, as far as this process may rely on it. */
  void lose() {
    synchronized (this) {
      state = State.LOST;
    }
    onLost.accept(this);
    draining.complete(Duration.ZERO);
    lost.complete(null);
  }

  @Override
  public CompletableFuture<Long> release() {
    return end(false);
  }

  @Override
  public CompletableFuture<Long> retire() {
    return end(true);
  }

  private CompletableFuture<Long> end(boolean retire) {
    CompletableFuture<Long> begun;
    synchronized (this) {
      state = State.LOST;
      begun = ending;
      if (begun == null) {
        begun = calls.release(grant.key(), grant.epoch(), lease.ref(), retire);
        ending = begun;
      }
    }
    lose();
    return begun.copy();
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // whoever wants to know calls release
  public void close() {
    if (state() != State.LOST) {
      release();
    }
  }

  @Override
  public String toString() {
    return grant.key() + " at epoch " + grant.epoch();
  }
}
