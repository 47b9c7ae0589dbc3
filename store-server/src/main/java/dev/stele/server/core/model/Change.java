// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.model;

import java.util.Optional;

/**
 * One key's change at one position: the mutation that the store writes, the row of history, and the
 * event that watchers see are all this.
 */
public sealed interface Change {
  Key key();

  Position at();

  /**
   * The key's change before this one, {@link Position#NONE} when there is none: the link that
   * history walks back.
   */
  Position previous();

  /**
   * The row that {@link #previous} left, if that lies so far back ({@link Slack}) that history may
   * not have it any more. A row, not a change: so no change keeps all that were before it.
   */
  Optional<Row> before();

  /** What the key's row is from here on. */
  Row row();

  record Put(Fact fact, Position previous, Optional<Row> before) implements Change {
    /** Over nothing, or a change that is near. */
    public Put(Fact fact, Position previous) {
      this(fact, previous, Optional.empty());
    }

    /** A put of {@code fact} where {@code standing} stood. */
    public static Put over(Optional<Row> standing, Fact fact) {
      if (standing.isEmpty()) {
        return new Put(fact, Position.NONE);
      }
      Position previous = standing.get().modified();
      boolean far = Slack.isFar(fact.modified(), previous);
      return new Put(fact, previous, far ? standing : Optional.empty());
    }

    @Override
    public Key key() {
      return fact.key();
    }

    @Override
    public Position at() {
      return fact.modified();
    }

    @Override
    public Row row() {
      return fact;
    }
  }

  record Deleted(Tombstone row, Position previous, Optional<Row> before) implements Change {
    /** Of what a change that is near had put. */
    public Deleted(Tombstone row, Position previous) {
      this(row, previous, Optional.empty());
    }

    /** The delete, at {@code at}, of {@code standing}. */
    public static Deleted of(Fact standing, Position at) {
      Position previous = standing.modified();
      boolean far = Slack.isFar(at, previous);
      return new Deleted(
          new Tombstone(standing.key(), at),
          previous,
          far ? Optional.of(standing) : Optional.empty());
    }

    @Override
    public Key key() {
      return row.key();
    }

    @Override
    public Position at() {
      return row.modified();
    }
  }
}
