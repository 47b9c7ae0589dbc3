// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.watch;

import java.nio.ByteBuffer;

/** A store that tells what changes. Thread-safe. */
public interface EventFeed extends AutoCloseable {
  /** Opens a connection of its own. */
  Stream open(Sink sink);

  @Override
  void close();

  /** What a stream hears; called by one thread at a time, which must not wait. */
  interface Sink {
    /** The watch {@code id} has begun. */
    void created(int id);

    /**
     * A key that the watch {@code id} sees was written.
     *
     * @param value as it was put
     */
    void written(int id, long revision, ByteBuffer value);

    /** The watch {@code id} has ended, or the whole stream if it is negative. */
    void ended(int id, String why);
  }

  /** Any number of watches. Thread-safe. */
  interface Stream extends AutoCloseable {
    /**
     * Begins a watch.
     *
     * @param id not negative, not used before
     * @param fromRevision 0: from now on
     */
    void watch(int id, Selection selection, long fromRevision);

    /** Takes nothing in any more. */
    void stall();

    /** Takes in again what comes. */
    void goOn();

    @Override
    void close();
  }
}
