// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.deadline;

import dev.stele.server.port.FaultPolicy;
import dev.stele.server.port.Ticker;

/** Looks after deadlines and retries for all who wait in this node's consensus. */
public final class DeadlineSweep implements AutoCloseable {
  public DeadlineSweep(Ticker ticker, FaultPolicy faults) {
    throw new UnsupportedOperationException();
  }

  /** Something that waits, and must not wait for ever. */
  @FunctionalInterface
  public interface Swept {
    /** Ends what is past its deadline, tries again what is due; returns whether anything waits. */
    boolean sweep(long nowNanos);
  }

  /** Sweeps {@code swept} too from now on. Before {@link #start}, or after; any thread. */
  public void add(Swept swept) {
    throw new UnsupportedOperationException();
  }

  /** Says that something waits now. Any thread; cheap. */
  public void arm() {
    throw new UnsupportedOperationException();
  }

  /** Starts the thread. */
  public void start() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
