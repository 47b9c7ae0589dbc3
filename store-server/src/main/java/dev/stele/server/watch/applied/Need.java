// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.watch.applied;

/** How many watchers must have applied a revision. */
public sealed interface Need {
  /** Every one that is expected, or known when none is expected. */
  record All() implements Need {}

  /**
   * @param watchers at least 1
   */
  record Count(int watchers) implements Need {}

  /**
   * Of those that are expected, or known when none is.
   *
   * @param percent 1 to 100
   */
  record Percent(int percent) implements Need {}
}
