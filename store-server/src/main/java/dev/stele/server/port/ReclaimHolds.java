// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.port;

/**
 * Keeps history that somebody still reads from being reclaimed, at this node alone: the floor rises
 * all the same. Any thread.
 */
@FunctionalInterface
public interface ReclaimHolds {
  /** Nobody reads. */
  ReclaimHolds NONE = () -> Long.MAX_VALUE;

  /**
   * What stood at this revision, and every change behind it, must stay readable: reclaiming may go
   * through it and no further. {@link Long#MAX_VALUE} when nothing is held.
   */
  long limit();
}
