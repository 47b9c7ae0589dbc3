// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.intake;

/**
 * How much of callers' work a listener takes in at one time. What is beyond is refused early.
 *
 * @param maxConnections of clients; nodes have a few of their own
 * @param maxCalls under way for clients, and as many again that other nodes have passed on
 * @param requestBytes of the requests of calls under way, received in part or in full; as many
 *     again for those passed on
 * @param replyBytes of replies to reads that callers have not taken yet
 */
public record IntakeLimits(int maxConnections, int maxCalls, long requestBytes, long replyBytes) {
  private static final long BYTES_PER_CONNECTION = 64 << 10;
  private static final long BYTES_PER_CALL = 32 << 10;
  private static final int PART_OF_HEAP = 16;
  private static final long MIN_BYTES = 8L << 20;
  private static final long MAX_BYTES = 256L << 20;
  private static final long MAX_REPLY_BYTES = 64L << 20;

  /** The least and the most connections that {@link #forHeap} says. */
  public static final int CONNECTIONS_MIN = 1_024;

  /** See {@link #CONNECTIONS_MIN}. */
  public static final int CONNECTIONS_MAX = 65_536;

  public IntakeLimits {
    atLeastOne("maxConnections", maxConnections);
    atLeastOne("maxCalls", maxCalls);
    atLeastOne("requestBytes", requestBytes);
    atLeastOne("replyBytes", replyBytes);
  }

  /**
   * What a heap of so many bytes bears beside all else: a connection for each 64 KiB, twice as many
   * calls, a sixteenth for requests of clients, for those passed on, and for replies. Direct memory
   * is bounded with them: its limit is the heap's size, and a connection costs at most a read
   * buffer, a frame and a full write buffer of it.
   */
  public static IntakeLimits forHeap(long heapBytes) {
    int connections =
        (int) within(CONNECTIONS_MIN, heapBytes / BYTES_PER_CONNECTION, CONNECTIONS_MAX);
    int calls = (int) within(CONNECTIONS_MIN, heapBytes / BYTES_PER_CALL, 2L * CONNECTIONS_MAX);
    long part = heapBytes / PART_OF_HEAP;
    return new IntakeLimits(
        connections,
        calls,
        within(MIN_BYTES, part, MAX_BYTES),
        within(MIN_BYTES, part, MAX_REPLY_BYTES));
  }

  /** The same with another number of connections. */
  public IntakeLimits withConnections(int connections) {
    return new IntakeLimits(connections, maxCalls, requestBytes, replyBytes);
  }

  private static long within(long min, long value, long max) {
    return Math.max(min, Math.min(max, value));
  }

  private static void atLeastOne(String name, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + ": " + value + ", at least 1 is needed");
    }
  }
}
