// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.confirm;

import dev.stele.server.port.Confirmations;
import dev.stele.server.port.PeerAnswers.ConfirmedIndex;
import dev.stele.server.port.PeerAnswers.IndexAnswer;
import dev.stele.server.port.PeerAnswers.NotConfirmed;
import dev.stele.server.port.ReadGate.Admission;
import dev.stele.server.port.ReadGate.Denied;
import java.util.concurrent.CompletableFuture;

/** Confirms this node's leadership by the rounds that confirm reads. Any thread. */
public final class LeaderConfirmations implements Confirmations {
  private final ConfirmRounds rounds;
  private final AppliedIndex applied;

  public LeaderConfirmations(ConfirmRounds rounds, AppliedIndex applied) {
    this.rounds = rounds;
    this.applied = applied;
  }

  @Override
  public CompletableFuture<Confirmation> confirm(long deadlineNanos) {
    return rounds.confirm(deadlineNanos).thenCompose(answer -> onceApplied(answer, deadlineNanos));
  }

  private CompletableFuture<Confirmation> onceApplied(IndexAnswer answer, long deadlineNanos) {
    if (answer instanceof ConfirmedIndex confirmed) {
      return applied
          .awaitIndex(confirmed.index(), deadlineNanos)
          .thenApply(admission -> confirmation(confirmed.term(), admission));
    }
    NotConfirmed why = (NotConfirmed) answer;
    return CompletableFuture.completedFuture(new Unconfirmed(why.reason(), why.message()));
  }

  private static Confirmation confirmation(long term, Admission admission) {
    return admission instanceof Denied denied
        ? new Unconfirmed(denied.reason(), denied.message())
        : new Leads(term);
  }
}
