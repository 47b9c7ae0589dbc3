// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.lease;

import dev.stele.server.core.encoding.MalformedException;
import dev.stele.server.core.lease.LeaseRecordCodec;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.KeyRange;
import dev.stele.server.core.model.KindNames;
import dev.stele.server.port.StateStore;
import dev.stele.server.port.StoreFault;
import java.util.ArrayList;
import java.util.List;

/** What is held, from the store. */
final class StoredLeases implements LeaseSource {
  private static final KeyRange LEASES = KeyRange.prefix(Bytes.utf8(KindNames.LEASE + "/"));

  private final StateStore store;

  StoredLeases(StateStore store) {
    this.store = store;
  }

  @Override
  public Loaded load() {
    try (StateStore.Snapshot snapshot = store.snapshot()) {
      List<Holding> holdings = new ArrayList<>();
      snapshot.scan(
          LEASES,
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
    try {
      String name = fact.key().name();
      return new Holding(
          name,
          fact.modRevision(),
          LeaseRecordCodec.decode(fact.body()).ttlMillis(),
          snapshot.leaseSide(name).checkpointMillis());
    } catch (MalformedException e) {
      throw new StoreFault("the lease at " + fact.key() + " can't be read", e);
    }
  }
}
