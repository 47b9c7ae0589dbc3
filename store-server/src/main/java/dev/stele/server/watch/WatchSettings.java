// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.watch;

/**
 * Bounds of a node's watches.
 *
 * @param ringBytes of recent revisions that are kept in memory, with what they are encoded as
 * @param ringRevisions that are kept at most; a power of two
 * @param watchesPerStream that go on at a time
 * @param watches that go on at a time at this node
 */
public record WatchSettings(long ringBytes, int ringRevisions, int watchesPerStream, int watches) {
  /** Watches of one stream. */
  public static final int STREAM_MAX = 10_000;

  private static final long RING_BYTES = 32L << 20;
  private static final int RING_REVISIONS = 1 << 16;
  private static final long HEAP_PER_WATCH = 4 << 10;
  private static final long WATCHES_MAX = 1_000_000;

  public WatchSettings {
    if (ringBytes < 1 || watchesPerStream < 1 || watches < 1) {
      throw new IllegalArgumentException("at least 1 of everything is needed");
    }
    if (Integer.bitCount(ringRevisions) != 1) {
      throw new IllegalArgumentException("ringRevisions: " + ringRevisions + ", no power of two");
    }
  }

  /** The defaults; a heap of so many bytes bears a watch for each 4 KiB, up to a million. */
  public static WatchSettings forHeap(long heapBytes) {
    long watches = Math.min(WATCHES_MAX, heapBytes / HEAP_PER_WATCH);
    return new WatchSettings(
        RING_BYTES, RING_REVISIONS, STREAM_MAX, (int) Math.max(STREAM_MAX, watches));
  }
}
