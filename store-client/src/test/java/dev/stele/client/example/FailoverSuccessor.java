// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.example;

import dev.stele.client.ClaimHandle;
import dev.stele.client.Expect;
import dev.stele.client.Fact;
import dev.stele.client.FactKey;
import dev.stele.client.Keys;
import dev.stele.client.LeaseHandle;
import dev.stele.client.Selector;
import dev.stele.client.StoreClient;
import dev.stele.client.Watch;
import dev.stele.client.WatchBatch;
import dev.stele.client.WatchInitial;
import dev.stele.client.WatchListener;
import dev.stele.client.error.FencedException;
import dev.stele.client.error.RefusedException;
import dev.stele.client.kind.Claim;
import dev.stele.client.kind.Failover;
import dev.stele.client.kind.Kinds;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A member's part in failovers: takes over what a {@link FailoverController} has decided that it
 * should, and says what became of it.
 *
 * <p>The takeover names the epoch of the decision. So it does not matter how old a decision is when
 * it is read: a claim that has moved on is not taken. What it writes is guarded by the member's own
 * lease, which the claim is bound to.
 */
public final class FailoverSuccessor implements WatchListener, AutoCloseable {
  private static final long AGAIN_SECONDS = 1;

  private final StoreClient store;
  private final LeaseHandle lease;
  private final String name;
  private final Consumer<ClaimHandle> taken;
  private final Set<FactKey<Failover>> done = new HashSet<>();
  private final CompletableFuture<Void> stopped = new CompletableFuture<>();

  private FailoverSuccessor(
      StoreClient store, LeaseHandle lease, String name, Consumer<ClaimHandle> taken) {
    this.store = store;
    this.lease = lease;
    this.name = name;
    this.taken = taken;
  }

  /**
   * Takes over claims of one pool until it is closed, or the lease is lost.
   *
   * @param lease of the member: {@code member.lease()}
   * @param name of the member
   * @param taken is given each claim that it has taken over
   */
  @SuppressWarnings("FutureReturnValueIgnored") // both end with it
  public static FailoverSuccessor start(
      StoreClient store, LeaseHandle lease, String name, String pool, Consumer<ClaimHandle> taken) {
    FailoverSuccessor successor = new FailoverSuccessor(store, lease, name, taken);
    Watch watch =
        store
            .watch(Selector.prefix("failover/" + pool + "/"))
            .fromInitialState()
            .restartWhenCompacted()
            .start(successor);
    successor.stopped.whenComplete((ended, failure) -> watch.close());
    lease.lost().thenRun(successor::close);
    return successor;
  }

  @Override
  public void onInitial(WatchInitial page) {
    page.facts().forEach(fact -> look(Fact.decode(fact, Kinds.FAILOVER)));
  }

  @Override
  public void onBatch(WatchBatch batch) {
    batch.events().forEach(event -> event.fact(Kinds.FAILOVER).ifPresent(this::look));
  }

  private synchronized void look(Fact<Failover> decision) {
    Failover decided = decision.body();
    boolean mine = decided.to().equals(name) && decided.state() == Failover.State.DECIDED;
    if (!mine || stopped.isDone()) {
      return;
    }
    try {
      takeOver(decision);
    } catch (CompletionException failed) {
      if (failed.getCause() instanceof FencedException) {
        close(); // This life is over; what it took is nobody's again.
      } else if (!(failed.getCause() instanceof RefusedException)) {
        CompletableFuture.delayedExecutor(AGAIN_SECONDS, TimeUnit.SECONDS)
            .execute(() -> look(decision));
      }
      // A refusal: the decision is another than was seen, and the watch is about to tell.
    }
  }

  private void takeOver(Fact<Failover> decision) {
    Failover decided = decision.body();
    if (done.contains(decision.key())) {
      mark(decision, Failover.State.DONE, decided.reason());
      return;
    }
    FactKey<Claim> claim = FactKey.parse(Kinds.CLAIM, decided.claim());
    try {
      taken.accept(store.claims().takeover(claim, decided.epoch(), lease).join());
    } catch (CompletionException failed) {
      if (failed.getCause() instanceof RefusedException refused
          && !(refused instanceof FencedException)) {
        mark(decision, Failover.State.ABANDONED, name + " can't: " + refused.getMessage());
        return;
      }
      throw failed;
    }
    done.add(decision.key());
    mark(decision, Failover.State.DONE, decided.reason());
  }

  private void mark(Fact<Failover> decision, Failover.State state, String why) {
    store
        .facts()
        .guardedBy(lease)
        .put(
            Keys.failover(decision.key().name()),
            decision.body().withState(state, why),
            Expect.revision(decision.modRevision()))
        .join();
  }

  /** Takes over nothing more. What it took stays its member's. */
  @Override
  public void close() {
    stopped.complete(null);
  }
}
