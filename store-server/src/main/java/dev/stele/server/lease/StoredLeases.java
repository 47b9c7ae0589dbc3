// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.lease;

import dev.stele.server.core.lease.Leases;
import dev.stele.server.core.model.Fact;
import dev.stele.server.port.StateStore;
import java.util.ArrayList;
import java.util.List;

/** What is held, from the store. */
final class StoredLeases implements LeaseSource {
  private final StateStore store;

  StoredLeases(StateStore store) {
    this.store = store;
  }

  @Override
  public Loaded load() {
    try (StateStore.Snapshot snapshot = store.snapshot()) {
      List<Holding> holdings = new ArrayList<>();
      snapshot.scan(
          Leases.ALL,
          row -> {
            if (row instanceof Fact fact) {
              holdings.add(holding(fact, snapshot));
            }
            return true;
          });
      return new Loaded(snapshot.meta().revision(), holdings);
    }
  }

  private static Holding holding(Fact fact, StateStore.Snapshot snapshot) {
    String name = fact.key().name();
    return new Holding(
        name,
        fact.modRevision(),
        Leases.record(fact).ttlMillis(),
        snapshot.leaseSide(name).checkpointMillis());
  }
}
