// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs one turn after the other, never one inside another: where a turn calls for the next before
 * it has returned, the next waits for the return. So a target that completes at once costs no
 * stack.
 */
final class Turns {
  private final AtomicInteger due = new AtomicInteger();
  private final Runnable turn;

  Turns(Runnable turn) {
    this.turn = turn;
  }

  /** Runs a turn here, or leaves it to whoever runs one now. */
  void next() {
    if (due.getAndIncrement() == 0) {
      do {
        turn.run();
      } while (due.decrementAndGet() != 0);
    }
  }
}
