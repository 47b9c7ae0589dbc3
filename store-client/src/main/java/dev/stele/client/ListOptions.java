// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

import java.util.Objects;
import java.util.Optional;

/**
 * How to list. Immutable.
 *
 * @param mode how fresh the first page must be; the others have its revision
 * @param limit facts a page, up to 1,000; 0 is as many as a page holds
 * @param keysOnly leaves the bodies out; for raw lists only
 * @param from the page before; empty for the first
 */
public record ListOptions(ReadMode mode, int limit, boolean keysOnly, Optional<PageToken> from) {
  private static final ListOptions DEFAULTS =
      new ListOptions(ReadMode.linearizable(), 0, false, Optional.empty());

  public ListOptions {
    Objects.requireNonNull(mode, "mode");
    Objects.requireNonNull(from, "from");
  }

  /** Linearizable, pages as large as they come, with bodies, from the first. */
  public static ListOptions defaults() {
    return DEFAULTS;
  }

  /** The same with this freshness. */
  public ListOptions mode(ReadMode freshness) {
    return new ListOptions(freshness, limit, keysOnly, from);
  }

  /** The same with this many facts a page. */
  public ListOptions limit(int factsPerPage) {
    return new ListOptions(mode, factsPerPage, keysOnly, from);
  }

  /** The same without bodies. */
  public ListOptions withoutBodies() {
    return new ListOptions(mode, limit, true, from);
  }

  /** The page that begins there. */
  public ListOptions from(PageToken token) {
    return new ListOptions(mode, limit, keysOnly, Optional.of(token));
  }
}
