// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.admission;

import dev.stele.server.core.kind.KindPolicy;
import dev.stele.server.core.kind.Kinds;
import dev.stele.server.core.model.KindNames;
import dev.stele.server.port.StateStore;
import dev.stele.server.port.Ticker;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The kinds that this node's store knows, read again when a policy changed. A look costs the
 * store's meta and no more; after a change, one caller reads all policies ({@link
 * dev.stele.server.core.model.Limits#KINDS_MAX} of them at most) from a snapshot. Any thread.
 */
final class KindDirectory {
  private final StateStore store;
  private final Ticker ticker;
  private final Object loading = new Object();
  private volatile Loaded loaded;

  KindDirectory(StateStore store, Ticker ticker) {
    this.store = store;
    this.ticker = ticker;
    SortedMap<String, KindPolicy> standards = new TreeMap<>();
    KindNames.BUILT_IN.forEach(kind -> standards.put(kind, Kinds.standard(kind).orElseThrow()));
    loaded = new Loaded(0, known(standards, Map.of()));
  }

  /** The kind {@code name}; empty when the store knows none. */
  Optional<KnownKind> find(String name) {
    return Optional.ofNullable(current().kinds().get(name));
  }

  /** Whether any kind has a write budget. */
  boolean anyBudget() {
    return current().anyBudget();
  }

  private Loaded current() {
    Loaded known = loaded;
    return known.revision() >= store.meta().kindsRevision() ? known : load();
  }

  private Loaded load() {
    synchronized (loading) {
      Loaded before = loaded;
      if (before.revision() >= store.meta().kindsRevision()) {
        return before;
      }
      try (StateStore.Snapshot snapshot = store.snapshot()) {
        Loaded next =
            new Loaded(snapshot.meta().kindsRevision(), known(Kinds.all(snapshot), before.kinds()));
        loaded = next;
        return next;
      }
    }
  }

  private Map<String, KnownKind> known(
      SortedMap<String, KindPolicy> policies, Map<String, KnownKind> before) {
    Map<String, KnownKind> known = new TreeMap<>();
    policies.forEach(
        (kind, policy) -> {
          KnownKind earlier = before.get(kind);
          known.put(
              kind, earlier == null ? KnownKind.of(policy, ticker) : earlier.under(policy, ticker));
        });
    return known;
  }

  /**
   * @param revision of the last change to a policy
   * @param kinds never changed
   */
  private record Loaded(long revision, Map<String, KnownKind> kinds, boolean anyBudget) {
    Loaded(long revision, Map<String, KnownKind> kinds) {
      this(revision, kinds, kinds.values().stream().anyMatch(kind -> kind.bucket().isPresent()));
    }
  }
}
