// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.watch;

import java.util.Optional;

/**
 * A watcher whose reports are kept.
 *
 * @param incarnation at least 1; grows with each stream that the watcher of this name opens, at
 *     whatever node
 */
public record WatcherName(String name, long incarnation) {
  /** Characters of a name. */
  public static final int MAX_CHARS = 120;

  /** What is wrong with {@code name}, to be said behind the name of its field. */
  public static Optional<String> violation(String name) {
    if (name.isEmpty()) {
      return Optional.of("is empty");
    }
    if (name.length() > MAX_CHARS) {
      return Optional.of(
          "has " + name.length() + " characters, at most " + MAX_CHARS + " are allowed");
    }
    return name.chars().allMatch(WatcherName::allowed)
        ? Optional.empty()
        : Optional.of("holds more than letters, digits, and - _ . /");
  }

  private static boolean allowed(int c) {
    boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return letter || (c >= '0' && c <= '9') || "-_./".indexOf(c) >= 0;
  }
}
