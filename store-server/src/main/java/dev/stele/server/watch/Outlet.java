// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.watch;

/**
 * The way out of one stream of watches. Any thread, several at a time; nothing here waits or
 * throws. What is sent after the stream has gone is dropped.
 */
public interface Outlet {
  /**
   * Whether it would take more without piling it up. Once it does again, {@link WatchStream#ready}
   * is called.
   */
  boolean isReady();

  /** Sends {@code message} of the watch {@code watchId}; 0 when it is of none. */
  void send(long watchId, Sent message);

  /** One request was dealt with: the next one may come. */
  void taken();

  /** Nothing follows: the stream ends as it should. */
  void end();
}
