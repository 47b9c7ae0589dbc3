// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.view;

import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.KeyRange;
import dev.stele.server.core.model.Row;
import dev.stele.server.core.model.StoreMeta;
import dev.stele.server.core.session.Session;
import dev.stele.server.core.session.SessionId;
import java.util.Optional;

/** The store's state at one moment, as commands and reads see it. */
public interface View {
  StoreMeta meta();

  /**
   * The fact or the tombstone of {@code key}; empty when it was never written, or compaction passed
   * its delete.
   */
  Optional<Row> row(Key key);

  /**
   * Shows {@code visitor} the rows of {@code range}, tombstones too, in key order until it has seen
   * enough.
   */
  void scan(KeyRange range, RowVisitor visitor);

  /** What is remembered of the client session {@code id}. */
  Optional<Session> session(SessionId id);

  /** The live fact of {@code key}. */
  default Optional<Fact> fact(Key key) {
    return row(key).filter(Fact.class::isInstance).map(Fact.class::cast);
  }

  /** Sees rows in key order. */
  @FunctionalInterface
  interface RowVisitor {
    /** Returns whether it wants to see more. */
    boolean visit(Row row);
  }
}
