// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.boot;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Steps on the way out. One that fails keeps none from being tried; the first failure is thrown at
 * the end, with the others in it. One thread.
 */
final class Closing {
  private final Deque<Step> steps = new ArrayDeque<>();

  /** Something to undo. */
  interface Step {
    void run() throws Exception;
  }

  /** Puts a step before all that are there: what was opened last is closed first. */
  void first(Step step) {
    steps.addFirst(step);
  }

  /** Puts a step behind all that are there. */
  Closing then(Step step) {
    steps.addLast(step);
    return this;
  }

  /** Runs all steps; the second time there are none. */
  void run() {
    RuntimeException failure = null;
    while (!steps.isEmpty()) {
      failure = attempt(steps.removeFirst(), failure);
    }
    if (failure != null) {
      throw failure;
    }
  }

  private static @Nullable RuntimeException attempt(Step step, @Nullable RuntimeException earlier) {
    try {
      step.run();
      return earlier;
    } catch (Exception e) {
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      if (earlier == null) {
        return e instanceof RuntimeException plain ? plain : new IllegalStateException(e);
      }
      earlier.addSuppressed(e);
      return earlier;
    }
  }
}
