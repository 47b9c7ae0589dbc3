// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.example;

import dev.stele.client.Expect;
import dev.stele.client.Fact;
import dev.stele.client.FactKey;
import dev.stele.client.Facts;
import dev.stele.client.HistoryOptions;
import dev.stele.client.Keys;
import dev.stele.client.LeaseHandle;
import dev.stele.client.LeaseRef;
import dev.stele.client.Selector;
import dev.stele.client.StoreClient;
import dev.stele.client.Watch;
import dev.stele.client.WatchBatch;
import dev.stele.client.WatchInitial;
import dev.stele.client.WatchListener;
import dev.stele.client.error.AlreadyExistsException;
import dev.stele.client.error.CompareFailedException;
import dev.stele.client.error.FencedException;
import dev.stele.client.kind.Claim;
import dev.stele.client.kind.Failover;
import dev.stele.client.kind.Kinds;
import dev.stele.client.kind.Member;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * Decides who takes over the claims of members that are gone. One of them acts at a time: whoever
 * holds the lease that it is given.
 *
 * <p>It looks at the store by one watch, and all that it does is to write decisions: facts {@code
 * failover/<pool>/<item>/<epoch>}, one for each epoch of a claim that has lost its owner. The
 * chosen member finds its decisions by itself and takes over: see {@link FailoverSuccessor}.
 *
 * <p><b>It may be paused at any line.</b> Meanwhile its lease is lost, another one decides, and
 * what this one has seen is old. So nothing is written but under the guard of the lease, and at the
 * revision that was seen: when it wakes up, its write is refused as fenced, and it stops. A
 * decision that it left behind is found by the next one, which goes on with it.
 */
public final class FailoverController implements WatchListener, AutoCloseable {
  private static final long AGAIN_SECONDS = 1;

  private final StoreClient store;
  private final LeaseHandle lease;
  private final Facts guarded;
  private final String pool;
  private final Map<String, Fact<Member>> members = new TreeMap<>();
  private final Map<String, Fact<Claim>> claims = new TreeMap<>();
  private final Map<String, Fact<Failover>> decisions = new TreeMap<>();
  private final Map<String, String> lastOwners = new HashMap<>();
  private final CompletableFuture<Void> stopped = new CompletableFuture<>();
  private boolean seesAll;

  private FailoverController(StoreClient store, LeaseHandle lease, String pool) {
    this.store = store;
    this.lease = lease;
    this.guarded = store.facts().guardedBy(lease);
    this.pool = pool;
  }

  /**
   * Acts for one pool until it is closed, or the lease is lost.
   *
   * @param lease that makes it the only one, for instance of {@code
   *     store.leases().acquire("controllers/failover", LeaseOptions.ttl(…).waitingUpTo(…))}
   */
  @SuppressWarnings("FutureReturnValueIgnored") // both end with it
  public static FailoverController start(StoreClient store, LeaseHandle lease, String pool) {
    FailoverController controller = new FailoverController(store, lease, pool);
    Watch watch =
        store
            .watch(Selector.all())
            .kinds(Kinds.MEMBER.name(), Kinds.CLAIM.name(), Kinds.FAILOVER.name())
            .fromInitialState()
            .restartWhenCompacted()
            .start(controller);
    controller.stopped.whenComplete((done, failure) -> watch.close());
    lease.lost().thenRun(controller::close);
    return controller;
  }

  /** Completes once it decides nothing more. */
  public CompletableFuture<Void> stopped() {
    return stopped;
  }

  @Override
  public synchronized void onInitial(WatchInitial page) {
    if (page.first()) {
      seesAll = false;
      members.clear();
      claims.clear();
      decisions.clear();
    }
    page.facts().forEach(this::note);
    seesAll = page.last();
    work();
  }

  @Override
  public synchronized void onBatch(WatchBatch batch) {
    batch
        .events()
        .forEach(
            event ->
                event
                    .fact()
                    .ifPresentOrElse(
                        this::note,
                        () -> {
                          members.remove(event.key().text());
                          claims.remove(event.key().text());
                          decisions.remove(event.key().text());
                        }));
    if (!batch.partial()) {
      work();
    }
  }

  private void note(Fact<byte[]> raw) {
    String key = raw.key().text();
    if (key.startsWith("member/")) {
      members.put(key, Fact.decode(raw, Kinds.MEMBER));
    } else if (key.startsWith("failover/" + pool + "/")) {
      decisions.put(key, Fact.decode(raw, Kinds.FAILOVER));
    } else if (key.startsWith("claim/" + pool + "/")) {
      Fact<Claim> claim = Fact.decode(raw, Kinds.CLAIM);
      claims.put(key, claim);
      if (!claim.body().owner().isEmpty()) {
        lastOwners.put(key, claim.body().owner());
      }
    }
  }

  /** Concludes what is decided, and decides what is not. May be done any number of times. */
  private synchronized void work() {
    if (!seesAll || stopped.isDone()) {
      return;
    }
    try {
      List.copyOf(decisions.values()).forEach(this::conclude);
      claims.values().stream().filter(this::isOrphan).toList().forEach(this::decide);
    } catch (CompletionException failed) {
      Throwable why = failed.getCause();
      if (why instanceof FencedException) {
        close();
      } else if (!(why instanceof CompareFailedException)
          && !(why instanceof AlreadyExistsException)) {
        // The store is away, or it is not known what became of a write: look again.
        CompletableFuture.delayedExecutor(AGAIN_SECONDS, TimeUnit.SECONDS).execute(this::work);
      }
      // Otherwise something has changed meanwhile, and the watch is about to tell what.
    }
  }

  /** A decision is over once its claim is no longer idle at the epoch that it was decided for. */
  private void conclude(Fact<Failover> decision) {
    Failover decided = decision.body();
    Fact<Claim> fact = claims.get(decided.claim());
    if (decided.state() != Failover.State.DECIDED || (fact != null && waits(fact, decided))) {
      return;
    }
    boolean done =
        fact != null
            && fact.body().epoch() == decided.epoch() + 1
            && fact.body().owner().equals(decided.to());
    Failover.State state = done ? Failover.State.DONE : Failover.State.ABANDONED;
    String why = done ? decided.reason() : "the claim went another way";
    write(decision.key(), decided.withState(state, why), Expect.revision(decision.modRevision()));
  }

  private static boolean waits(Fact<Claim> claim, Failover decided) {
    return claim.body().state() == Claim.State.IDLE && claim.body().epoch() == decided.epoch();
  }

  /** Idle, and not because a living owner has given it back. */
  private boolean isOrphan(Fact<Claim> claim) {
    if (claim.body().state() != Claim.State.IDLE || claim.body().epoch() == 0) {
      return false;
    }
    Fact<Member> owner = members.get("member/" + lastOwner(claim.key()));
    if (owner == null || owner.body().health() == Member.Health.LOST) {
      return true;
    }
    // A life that began with, or after, the end of the claim: it was a former one's.
    return owner.lease().map(LeaseRef::token).orElse(0L) >= claim.modRevision();
  }

  private String lastOwner(FactKey<Claim> claim) {
    return lastOwners.computeIfAbsent(
        claim.text(),
        unseen ->
            store.facts().history(claim, HistoryOptions.defaults()).join().changes().stream()
                .flatMap(change -> change.fact().stream())
                .map(fact -> fact.body().owner())
                .filter(owner -> !owner.isEmpty())
                .findFirst()
                .orElse(""));
  }

  private void decide(Fact<Claim> claim) {
    long epoch = claim.body().epoch();
    FactKey<Failover> key = Keys.failover(claim.key().name() + "/" + epoch);
    Fact<Failover> standing = decisions.get(key.text());
    String refused = "";
    if (standing != null) {
      Fact<Member> chosen = members.get("member/" + standing.body().to());
      if (standing.body().state() == Failover.State.DECIDED && chosen != null && serves(chosen)) {
        return; // It is the successor's turn.
      }
      refused = standing.body().to();
    }
    Optional<String> successor = fittestBut(refused);
    if (successor.isEmpty()) {
      return; // The next change of a member leads here again.
    }
    String from = lastOwner(claim.key());
    Failover decision =
        new Failover(
            claim.key().text(),
            from,
            successor.get(),
            epoch,
            "the life of " + from + " that owned it is over",
            lease.name(),
            lease.token(),
            claim.modRevision(),
            Failover.State.DECIDED);
    write(
        key,
        decision,
        standing == null ? Expect.absent() : Expect.revision(standing.modRevision()));
  }

  /** Who serves the pool, is well, and has the most slots free. */
  private Optional<String> fittestBut(String refused) {
    return members.values().stream()
        .filter(FailoverController::isWell)
        .filter(this::serves)
        .filter(member -> !member.key().name().equals(refused) && freeSlots(member) > 0)
        .max(Comparator.comparingLong(this::freeSlots))
        .map(member -> member.key().name());
  }

  private static boolean isWell(Fact<Member> member) {
    return member.body().health() == Member.Health.HEALTHY;
  }

  private boolean serves(Fact<Member> member) {
    return isWell(member) && pool.equals(member.body().labels().get("serves"));
  }

  private long freeSlots(Fact<Member> member) {
    String name = member.key().name();
    long owned = claims.values().stream().filter(c -> c.body().owner().equals(name)).count();
    long coming =
        decisions.values().stream()
            .filter(d -> d.body().state() == Failover.State.DECIDED && d.body().to().equals(name))
            .count();
    return member.body().capacity().getOrDefault("slots", 0L) - owned - coming;
  }

  private void write(FactKey<Failover> key, Failover decision, Expect expect) {
    decisions.put(key.text(), guarded.put(key, decision, expect).join());
  }

  /** Decides nothing more. The lease is left to whoever acquired it. */
  @Override
  public void close() {
    stopped.complete(null);
  }
}
