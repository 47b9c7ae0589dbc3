// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.view;

import dev.stele.server.core.claim.KeptTally;
import dev.stele.server.core.claim.PoolTally;
import dev.stele.server.core.lease.LeaseSide;
import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.KeyRange;
import dev.stele.server.core.model.Row;
import dev.stele.server.core.model.StoreMeta;
import dev.stele.server.core.session.Session;
import dev.stele.server.core.session.SessionId;
import java.util.Optional;
import java.util.function.Consumer;

/** The store's state at one moment, as commands and reads see it. */
public interface View {
  StoreMeta meta();

  /**
   * The fact or the tombstone of {@code key}; empty when it was never written. A tombstone that
   * compaction passed may be here or not: see {@link #standing}.
   */
  Optional<Row> row(Key key);

  /**
   * The fact of {@code key}, or its tombstone when compaction has not passed it: the same at all
   * replicas, whatever they have reclaimed.
   */
  default Optional<Row> standing(Key key) {
    Optional<Row> row = row(key);
    return row.isPresent() && row.get().compacted(meta().floor()) ? Optional.empty() : row;
  }

  /**
   * Shows {@code visitor} the rows of {@code range}, tombstones too, in key order until it has seen
   * enough.
   */
  void scan(KeyRange range, RowVisitor visitor);

  /** What is remembered of the client session {@code id}. */
  Optional<Session> session(SessionId id);

  /** What is kept beside the lease {@code name}; {@link LeaseSide#NONE} when there is nothing. */
  LeaseSide leaseSide(String name);

  /** Shows {@code visitor} the keys bound to the lease {@code name}, in order. */
  void scanBound(String name, Consumer<Key> visitor);

  /**
   * What the claims of {@code pool} come to; none of them when there is no such pool, and no claims
   * that could be its. Counted by going over them all, where nobody keeps it. Stands for this view
   * as it is now: not to be used once that has changed.
   */
  default PoolTally pool(String pool) {
    return KeptTally.of(this, pool);
  }

  /** The live fact of {@code key}. */
  default Optional<Fact> fact(Key key) {
    Optional<Row> row = row(key);
    return row.isPresent() && row.get() instanceof Fact fact ? Optional.of(fact) : Optional.empty();
  }

  /** Sees rows in key order. */
  @FunctionalInterface
  interface RowVisitor {
    /** Returns whether it wants to see more. */
    boolean visit(Row row);
  }
}
