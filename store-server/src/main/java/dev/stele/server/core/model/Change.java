// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.model;

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

  /** What the key's row is from here on. */
  Row row();

  record Put(Fact fact, Position previous) implements Change {
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

  record Deleted(Tombstone row, Position previous) implements Change {
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
