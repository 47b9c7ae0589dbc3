// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

import java.util.concurrent.CompletableFuture;

/**
 * A watch under way. It resumes by itself, for ever, at whichever node answers, until it is closed,
 * fails, or what it needs is compacted. Thread-safe; nothing blocks.
 */
public interface Watch extends AutoCloseable {
  /** Where it stands now. The listener is told of the same, in order with what it is handed. */
  WatchStatus status();

  /** The state of {@link #status}. */
  default WatchState state() {
    return status().state();
  }

  /**
   * The revision through which everything that is selected was handed over and the listener has
   * returned; 0 before that is known. A later watch goes on from the next one. It never goes back.
   */
  long position();

  /**
   * Reports that everything through {@code revision} has been applied. The report is kept and sent
   * again on each connection; one below an earlier one changes nothing.
   *
   * @param revision at least 1; from within a listener's method up to the revision that it is being
   *     handed, otherwise up to {@link #position}
   * @throws IllegalArgumentException when the revision is not in that range
   * @throws IllegalStateException when the watch has no name
   */
  void applied(long revision);

  /**
   * Reports that {@code revision} was not applied and why. What was applied before stays so; {@link
   * #applied} through it, or beyond, takes it back.
   *
   * @param revision as of {@link #applied}
   * @param reason for people, 1 to 1,024 characters
   * @throws IllegalArgumentException when one of the two is out of range
   * @throws IllegalStateException when the watch has no name
   */
  void refused(long revision, String reason);

  /**
   * Completes behind the last call of the listener: normally after {@link #close}, otherwise with
   * what ended the watch, which is a {@link dev.stele.client.error.SteleException} or what the
   * listener threw. It completes where listeners run.
   */
  CompletableFuture<Void> closed();

  /** Ends it. What is not handed over yet is dropped; the listener may be busy with a last one. */
  @Override
  void close();
}
