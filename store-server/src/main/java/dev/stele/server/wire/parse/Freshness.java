// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.parse;

/** How fresh a read must be. */
public sealed interface Freshness {
  /** It shows every write that was acknowledged before it. */
  record Linearizable() implements Freshness {}

  /** It shows this revision or a later one. */
  record AtLeast(long revision) implements Freshness {}

  /** It shows what the node has. */
  record Local() implements Freshness {}

  /**
   * It shows this revision.
   *
   * @param field that named the revision
   */
  record At(long revision, String field) implements Freshness {}
}
