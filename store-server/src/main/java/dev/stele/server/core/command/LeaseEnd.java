// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.command;

import dev.stele.server.core.claim.PoolRecord;
import dev.stele.server.core.claim.Pools;
import dev.stele.server.core.kind.ClaimCodec;
import dev.stele.server.core.kind.ClaimRecord;
import dev.stele.server.core.kind.Kinds;
import dev.stele.server.core.kind.LeaseLoss;
import dev.stele.server.core.kind.MemberCodec;
import dev.stele.server.core.kind.Members;
import dev.stele.server.core.lease.LeaseSide;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.LeaseRef;
import dev.stele.server.core.view.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The end of a lease, in one revision: first the lease goes, then each fact that is bound to it
 * follows its kind's policy, or that of its pool, in the order of keys. No limit stands in its way:
 * a lease that could not end would be held for ever.
 */
final class LeaseEnd {
  private final Draft draft;
  private final SortedMap<String, LeaseLoss> kinds = new TreeMap<>();
  private final SortedMap<String, Optional<PoolRecord>> pools = new TreeMap<>();

  private LeaseEnd(Draft draft) {
    this.draft = draft;
  }

  /** Ends {@code lease}; FENCED unless it is held with that token. */
  static Outcome decide(View view, LeaseRef lease) {
    Optional<Refusal> fenced = Guards.refusal(view, lease, "lease");
    if (fenced.isPresent()) {
      return Outcome.refused(fenced.get(), view.meta());
    }
    Draft draft = new Draft(view);
    draft.erase(fact(draft, lease.key()));
    followAll(draft, lease.name(), key -> false);
    draft.setSide(lease.name(), LeaseSide.NONE);
    return draft.done(new LeaseEnded(draft.revisionAfter()));
  }

  /**
   * Has everything that is bound to the lease {@code name} follow its policy, but for the keys of
   * {@code except}, which stay bound as they are. The lease's own fact, and what else stands beside
   * it, are the caller's.
   */
  static void followAll(Draft draft, String name, Predicate<Key> except) {
    List<Key> bound = new ArrayList<>();
    draft
        .view()
        .scanBound(
            name,
            key -> {
              if (!except.test(key)) {
                bound.add(key);
              }
            });
    LeaseEnd end = new LeaseEnd(draft);
    bound.forEach(key -> end.follow(fact(draft, key)));
  }

  private void follow(Fact fact) {
    Optional<PoolRecord> pool =
        Pools.poolOf(fact.key()).flatMap(name -> pools.computeIfAbsent(name, this::pool));
    if (pool.isPresent()) {
      mark(fact, pool.get().lost(Pools.claim(fact)));
      return;
    }
    switch (kinds.computeIfAbsent(fact.key().kind(), this::kind)) {
      case DELETE -> draft.erase(fact);
      case MARK_LOST -> mark(fact, MemberCodec.encode(Members.record(fact).lost()));
      case RETIRE -> mark(fact, Pools.claim(fact).retired());
      case IDLE -> mark(fact, Pools.claim(fact).idle());
    }
  }

  private void mark(Fact fact, Bytes body) {
    draft.set(fact.key(), body, Optional.empty());
  }

  private void mark(Fact claim, ClaimRecord after) {
    mark(claim, ClaimCodec.encode(after));
  }

  private Optional<PoolRecord> pool(String name) {
    return Pools.record(draft.view(), name);
  }

  private LeaseLoss kind(String kind) {
    return Kinds.policy(draft.view(), kind).map(policy -> policy.onLeaseLoss(kind)).orElseThrow();
  }

  private static Fact fact(Draft draft, Key key) {
    return draft.view().fact(key).orElseThrow();
  }
}
