// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

import java.util.Objects;
import java.util.Optional;

/**
 * How to read a key's history. Immutable.
 *
 * @param mode how fresh the first page must be
 * @param limit changes a page; 0 is as many as a page holds
 * @param from the page before; empty for the first
 */
public record HistoryOptions(ReadMode mode, int limit, Optional<PageToken> from) {
  private static final HistoryOptions DEFAULTS =
      new HistoryOptions(ReadMode.linearizable(), 0, Optional.empty());

  public HistoryOptions {
    Objects.requireNonNull(mode, "mode");
    Objects.requireNonNull(from, "from");
  }

  /** Linearizable, pages as large as they come, from the newest change. */
  public static HistoryOptions defaults() {
    return DEFAULTS;
  }

  /** The same with this freshness. */
  public HistoryOptions mode(ReadMode freshness) {
    return new HistoryOptions(freshness, limit, from);
  }

  /** The same with this many changes a page. */
  public HistoryOptions limit(int changesPerPage) {
    return new HistoryOptions(mode, changesPerPage, from);
  }

  /** The page that begins there. */
  public HistoryOptions from(PageToken token) {
    return new HistoryOptions(mode, limit, Optional.of(token));
  }
}
