// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.confirm;

import dev.stele.server.consensus.deadline.DeadlineSweep;
import dev.stele.server.port.ReadGate;
import dev.stele.server.port.Ticker;
import java.util.concurrent.CompletableFuture;

/** Linearizable reads at any node. */
public final class ConfirmedReads implements ReadGate {
  public ConfirmedReads(
      String memberId,
      RaftView raft,
      ConfirmRounds rounds,
      LeaderQuestions leader,
      AppliedIndex applied,
      Ticker ticker,
      DeadlineSweep sweep) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<Admission> linearizable(long deadlineNanos) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<Admission> atLeast(long revision, long deadlineNanos) {
    throw new UnsupportedOperationException();
  }
}
