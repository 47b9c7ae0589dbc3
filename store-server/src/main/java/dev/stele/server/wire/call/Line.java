// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.call;

/** The connection that calls come on, as far as they need it. Thread-safe. */
public interface Line {
  /**
   * Runs {@code task}, which must not block, on the event loop that moves the connection's bytes;
   * at once when there is none any more.
   */
  void execute(Runnable task);

  /** A call on it was refused: one that gets many refusals is read more slowly. */
  void refused(long nowNanos);
}
