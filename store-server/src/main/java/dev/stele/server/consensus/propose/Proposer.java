// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.propose;

import dev.stele.server.consensus.deadline.DeadlineSweep;
import dev.stele.server.core.command.Command;
import dev.stele.server.port.CommandLog;
import dev.stele.server.port.FaultPolicy;
import dev.stele.server.port.Leadership;
import dev.stele.server.port.Proposal;
import dev.stele.server.port.Ticker;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.CompletableFuture;

/** The way into the log: one thread that packs what waits into entries. */
public final class Proposer implements CommandLog, AutoCloseable {
  public Proposer(
      Leadership leadership,
      EntryLog log,
      StoreClock clock,
      Ticker ticker,
      DeadlineSweep sweep,
      FaultPolicy faults,
      MeterRegistry meters) {
    throw new UnsupportedOperationException();
  }

  /** Starts the thread. */
  public void start() {
    throw new UnsupportedOperationException();
  }

  /** Leadership came, became ready or went: saves the proposer a sweep's wait. Any thread. */
  public void leadershipChanged() {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<Proposal> propose(Command command, long deadlineNanos) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
