// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

/**
 * Which keys, in the order of their UTF-8 bytes. What is no well-formed Unicode is an
 * IllegalArgumentException.
 */
public sealed interface Selector {
  /** Every fact. Not for deletes, which stay in one kind. */
  static Selector all() {
    return All.INSTANCE;
  }

  /** Keys that begin so, for instance {@code desired/prod/}. */
  static Selector prefix(String prefix) {
    return new Prefix(prefix);
  }

  /** Keys from {@code from} (inclusive) to {@code to} (exclusive). */
  static Selector range(String from, String to) {
    return new Range(from, to);
  }

  /** See {@link #all}. */
  enum All implements Selector {
    INSTANCE
  }

  /** See {@link Selector#prefix}. */
  record Prefix(String prefix) implements Selector {
    public Prefix {
      Utf8.check("prefix", prefix);
    }
  }

  /** See {@link Selector#range}. */
  record Range(String from, String to) implements Selector {
    public Range {
      Utf8.check("from", from);
      Utf8.check("to", to);
    }
  }
}
