// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.confirm;

import dev.stele.server.consensus.deadline.DeadlineSweep;
import dev.stele.server.port.PeerAnswers.IndexAnswer;
import dev.stele.server.port.Ticker;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.CompletableFuture;

/** The leader's confirm rounds. */
public final class ConfirmRounds {
  public ConfirmRounds(
      String memberId,
      String groupId,
      RaftView raft,
      TermQuestions peers,
      Ticker ticker,
      DeadlineSweep sweep,
      MeterRegistry meters) {
    throw new UnsupportedOperationException();
  }

  /**
   * An index that a majority confirmed in a round that began after this call. The future always
   * completes, and never exceptionally.
   */
  public CompletableFuture<IndexAnswer> confirm(long deadlineNanos) {
    throw new UnsupportedOperationException();
  }
}
