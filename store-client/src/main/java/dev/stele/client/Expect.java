// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

/** What must be so for a write to take effect; otherwise it is refused and nothing happens. */
public sealed interface Expect {
  /** No condition. */
  static Expect anything() {
    return Anything.INSTANCE;
  }

  /** The fact stands at this mod revision: {@code CompareFailedException} otherwise. */
  static AtRevision revision(long revision) {
    return new AtRevision(revision);
  }

  /** There is no such fact: {@code AlreadyExistsException} otherwise. */
  static Expect absent() {
    return Absent.INSTANCE;
  }

  /** See {@link #anything}. */
  enum Anything implements Expect {
    INSTANCE
  }

  /** See {@link #absent}. */
  enum Absent implements Expect {
    INSTANCE
  }

  /**
   * See {@link Expect#revision}.
   *
   * @param revision at least 1
   */
  record AtRevision(long revision) implements Expect {}
}
