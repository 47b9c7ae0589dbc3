// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

/** How a watch stands. */
public enum WatchState {
  /** The first node that was asked has not answered yet. */
  CONNECTING,
  /** A node sends what the watch has not seen yet. */
  CATCHING_UP,
  /** Everything that the node had when it was asked was handed over; what is new follows. */
  LIVE,
  /** The last node was lost or has lost its leader; another is asked, again and again. */
  RECONNECTING,
  /**
   * What comes next is compacted. The end, unless the watch was told to begin anew: then all facts
   * follow, as for a watch that begins with them.
   */
  COMPACTED,
  /** Closed by its owner. */
  CLOSED,
  /** Refused, or broken off because a promise was broken, or because the listener threw. */
  FAILED
}
