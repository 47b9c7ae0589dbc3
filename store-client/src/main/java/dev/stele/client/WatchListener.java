// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

import dev.stele.client.error.SteleException;

/**
 * What a watch tells. Its methods are called one at a time, in order, each after the one before has
 * returned, on a thread of {@link StoreClientBuilder#watchExecutor}. They may block: the watch then
 * waits, holding up to 4 MiB, and other watches go on.
 *
 * <p>What a method throws ends the watch as FAILED; it is logged, given to {@link #onStatus} and to
 * {@link Watch#closed}.
 */
@FunctionalInterface
public interface WatchListener {
  /** The first call of all: the watch itself, to report to and to close from within. */
  default void onStart(Watch watch) {}

  /** All selected events of one revision; each revision once, in order. */
  void onBatch(WatchBatch batch);

  /**
   * A page of the facts that a watch begins with. When the connection breaks before the last page,
   * the pages come anew, of a later revision: {@link WatchInitial#first} says so.
   */
  default void onInitial(WatchInitial page) {}

  /** Everything that is selected through a revision was handed over before. */
  default void onProgress(WatchProgress mark) {}

  /**
   * The watch stands otherwise than before. The last call of all is the one with the final state.
   */
  default void onStatus(WatchStatus status) {}

  /** A node did not keep a report of this watch; the watch goes on. */
  default void onReportRefused(SteleException reason) {}
}
