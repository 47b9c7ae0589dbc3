// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.confirm;

import java.util.concurrent.CompletableFuture;

/** Somebody who waits for an answer, and for how long: the future that the caller holds. */
final class Waiting<T> extends CompletableFuture<T> {
  private final long deadlineNanos;

  Waiting(long deadlineNanos) {
    this.deadlineNanos = deadlineNanos;
  }

  long deadlineNanos() {
    return deadlineNanos;
  }

  boolean isLate(long nowNanos) {
    return nowNanos - deadlineNanos >= 0;
  }
}
