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

  private static final long RING_BYTES_MAX = 64L << 20;

  /**
   * What waits in a ring for a second or two is what generational collectors like least: it is
   * copied about, and then dies old. So a small heap has a small one; who is further behind reads
   * the store.
   */
  private static final int RING_PART_OF_HEAP = 16;

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

  /**
   * The defaults. A heap of so many bytes bears a watch for each 4 KiB, up to a million, and gives
   * a sixteenth to recent revisions, up to 64 MiB.
   */
  public static WatchSettings forHeap(long heapBytes) {
    long watches = Math.min(WATCHES_MAX, heapBytes / HEAP_PER_WATCH);
    long ring = Math.max(1, Math.min(RING_BYTES_MAX, heapBytes / RING_PART_OF_HEAP));
    return new WatchSettings(ring, RING_REVISIONS, STREAM_MAX, (int) Math.max(STREAM_MAX, watches));
  }
}
