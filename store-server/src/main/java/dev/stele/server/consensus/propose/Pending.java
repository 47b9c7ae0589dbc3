// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.propose;

import dev.stele.server.core.command.Command;
import dev.stele.server.port.Proposal;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/** A command on its way, and the future that its caller holds: one object for both. */
final class Pending extends CompletableFuture<Proposal> {
  private static final AtomicIntegerFieldUpdater<Pending> TAKEN =
      AtomicIntegerFieldUpdater.newUpdater(Pending.class, "taken");

  private final Command command;
  private final int bytes;
  private final long deadlineNanos;
  private final long decidedBefore;

  /** Read and written through {@link #TAKEN} alone. */
  @SuppressWarnings("UnusedVariable")
  private volatile int taken;

  /**
   * @param bytes that it adds to an entry, at most
   * @param decidedBefore how many entries had been decided when it came
   */
  Pending(Command command, int bytes, long deadlineNanos, long decidedBefore) {
    this.command = command;
    this.bytes = bytes;
    this.deadlineNanos = deadlineNanos;
    this.decidedBefore = decidedBefore;
  }

  Command command() {
    return command;
  }

  int bytes() {
    return bytes;
  }

  long deadlineNanos() {
    return deadlineNanos;
  }

  long decidedBefore() {
    return decidedBefore;
  }

  boolean isLate(long nowNanos) {
    return nowNanos - deadlineNanos >= 0;
  }

  /**
   * Takes it out of the queue's hands, to propose it or to drop it. Only one caller ever succeeds,
   * so a command that was dropped as not proposed is never proposed.
   */
  boolean take() {
    return TAKEN.compareAndSet(this, 0, 1);
  }
}
