// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.pipe;

import java.util.concurrent.Executor;

/** The thread of a connection, on which its transport works as well. */
public interface Loop extends Executor {
  /**
   * Runs {@code task} after those before it, and never within one of them.
   *
   * @throws java.util.concurrent.RejectedExecutionException when the loop has ended
   */
  @Override
  void execute(Runnable task);

  /** Runs {@code task} once {@code delayNanos} have passed; never when the loop has ended. */
  void schedule(long delayNanos, Runnable task);
}
