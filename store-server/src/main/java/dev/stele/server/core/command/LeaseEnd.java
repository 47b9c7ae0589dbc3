// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.command;

import dev.stele.server.core.encoding.MalformedException;
import dev.stele.server.core.kind.ClaimCodec;
import dev.stele.server.core.kind.Kinds;
import dev.stele.server.core.kind.LeaseLoss;
import dev.stele.server.core.kind.MemberCodec;
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
 * follows its kind's policy, in the order of keys. No limit stands in its way: a lease that could
 * not end would be held for ever.
 */
final class LeaseEnd {
  private final Draft draft;
  private final SortedMap<String, LeaseLoss> policies = new TreeMap<>();

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
    new LeaseEnd(draft).run(lease);
    return draft.done(new LeaseEnded(draft.revisionAfter()));
  }

  private void run(LeaseRef lease) {
    draft.erase(fact(lease.key()));
    followAll(draft, lease.name(), key -> false);
    draft.setSide(lease.name(), LeaseSide.NONE);
  }

  /** Lets each fact bound to {@code lease} follow its policy, but for those of {@code except}. */
  static void followAll(Draft draft, String lease, Predicate<Key> except) {
    LeaseEnd end = new LeaseEnd(draft);
    List<Key> bound = new ArrayList<>();
    draft.view().scanBound(lease, bound::add);
    for (Key key : bound) {
      if (!except.test(key)) {
        end.follow(end.fact(key));
      }
    }
  }

  private void follow(Fact fact) {
    LeaseLoss loss = policies.computeIfAbsent(fact.key().kind(), this::policy);
    try {
      switch (loss) {
        case DELETE -> draft.erase(fact);
        case MARK_LOST -> mark(fact, MemberCodec.encode(MemberCodec.decode(fact.body()).lost()));
        case RETIRE -> mark(fact, ClaimCodec.encode(ClaimCodec.decode(fact.body()).retired()));
        case IDLE -> mark(fact, ClaimCodec.encode(ClaimCodec.decode(fact.body()).idle()));
      }
    } catch (MalformedException e) {
      throw new IllegalStateException(fact.key() + " can't be read", e);
    }
  }

  private void mark(Fact fact, Bytes body) {
    draft.set(fact.key(), body, Optional.empty());
  }

  private LeaseLoss policy(String kind) {
    return Kinds.policy(draft.view(), kind).map(policy -> policy.onLeaseLoss(kind)).orElseThrow();
  }

  private Fact fact(Key key) {
    return draft.view().fact(key).orElseThrow();
  }
}
