// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.watch;

/**
 * A watcher whose reports are kept.
 *
 * @param incarnation at least 1; grows with each stream that the watcher of this name opens, at
 *     whatever node
 */
public record WatcherName(String name, long incarnation) {
  /** Characters of a name. */
  public static final int MAX_CHARS = 120;
}
