// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

/** How fresh a read must be. */
public sealed interface ReadMode {
  /** As if it was read between the call and its answer: the default. Needs a majority. */
  static ReadMode linearizable() {
    return Linearizable.INSTANCE;
  }

  /**
   * Served by any node once it has applied {@code revision}; with {@link StoreClient#lastRevision}
   * it never shows less than this client has seen.
   */
  static ReadMode atLeast(long revision) {
    return new AtLeast(revision);
  }

  /**
   * Served at once from what the node has, which may be older than what this client has seen.
   * {@link ResponseInfo#leaderContactAge} tells how old.
   */
  static ReadMode local() {
    return Local.INSTANCE;
  }

  /** As it stood at {@code revision}, until that is compacted. */
  static ReadMode at(long revision) {
    return new At(revision);
  }

  /** See {@link #linearizable}. */
  enum Linearizable implements ReadMode {
    INSTANCE
  }

  /** See {@link #local}. */
  enum Local implements ReadMode {
    INSTANCE
  }

  /** See {@link #atLeast}. */
  record AtLeast(long revision) implements ReadMode {}

  /** See {@link #at}. */
  record At(long revision) implements ReadMode {}
}
