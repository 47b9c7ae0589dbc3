// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import dev.stele.server.core.model.Change;
import dev.stele.server.core.model.Position;
import java.util.Arrays;

/**
 * Changes in the order of their positions, in memory. One thread appends; any thread reads the
 * first so many, when it got the number after they were appended.
 */
final class ChangeRun {
  private static final int CHUNK = 1 << 10;

  private volatile Change[][] chunks = new Change[8][];

  /** Of the appending thread, until there is no more to come. */
  private int size;

  void append(Change change) {
    int chunk = size / CHUNK;
    if (size % CHUNK == 0) {
      if (chunk == chunks.length) {
        chunks = Arrays.copyOf(chunks, 2 * chunk);
      }
      chunks[chunk] = new Change[CHUNK];
    }
    chunks[chunk][size % CHUNK] = change;
    size++;
  }

  /** How many there are; for the appending thread, or once nothing is appended any more. */
  int size() {
    return size;
  }

  Change get(int index) {
    return chunks[index / CHUNK][index % CHUNK];
  }

  /**
   * Where the first of {@code count} is that is not before {@code from}; {@code count}: nowhere.
   */
  int seek(Position from, int count) {
    int low = 0;
    int high = count;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (get(middle).at().compareTo(from) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
