// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.confirm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.server.consensus.ManualTicker;
import dev.stele.server.consensus.confirm.RaftView.Voters;
import dev.stele.server.consensus.deadline.DeadlineSweep;
import dev.stele.server.core.model.Reason;
import dev.stele.server.port.Confirmations.Confirmation;
import dev.stele.server.port.Confirmations.Leads;
import dev.stele.server.port.Confirmations.Unconfirmed;
import dev.stele.server.port.LogPosition;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class LeaderConfirmationsTest {
  private final ManualTicker ticker = new ManualTicker();
  private final DeadlineSweep sweep =
      new DeadlineSweep(
          ticker,
          (what, cause) -> {
            throw new AssertionError(what, cause);
          });
  private final FakeRaft raft = new FakeRaft();
  private final AppliedIndex applied = new AppliedIndex(Runnable::run, sweep);
  private final LeaderConfirmations confirmations =
      new LeaderConfirmations(
          new ConfirmRounds(
              "n0",
              "g",
              raft,
              (member, term, deadline) -> new CompletableFuture<>(),
              ticker,
              sweep,
              new SimpleMeterRegistry()),
          applied);

  private CompletableFuture<Confirmation> confirm() {
    return confirmations.confirm(ticker.in(1_000));
  }

  private void leadAlone() {
    raft.voters = new Voters(Set.of("n0"), Set.of());
  }

  @Test
  void aLeaderIsConfirmedOnceItHasAppliedWhatWasCommitted() {
    leadAlone();
    applied.advanced(new LogPosition(5, 39), 1);
    CompletableFuture<Confirmation> confirmed = confirm();
    assertThat(confirmed).isNotDone();
    applied.advanced(new LogPosition(5, 40), 2);
    assertThat(confirmed).isCompletedWithValue(new Leads(5));
  }

  @Test
  void aNodeThatDoesNotLeadIsNotConfirmed() {
    raft.ready = false;
    assertThat(((Unconfirmed) confirm().join()).reason()).isEqualTo(Reason.NOT_LEADER);
  }

  @Test
  void aLeaderWithoutAMajorityIsNotConfirmedByTheDeadline() {
    CompletableFuture<Confirmation> confirmed = confirm();
    ticker.advanceMillis(1_000);
    sweep.sweep();
    assertThat(((Unconfirmed) confirmed.join()).reason()).isEqualTo(Reason.NO_QUORUM);
  }

  @Test
  void aLeaderThatDoesNotApplyIsNotConfirmedByTheDeadline() {
    leadAlone();
    CompletableFuture<Confirmation> confirmed = confirm();
    ticker.advanceMillis(999);
    sweep.sweep();
    assertThat(confirmed).isNotDone();
    ticker.advanceMillis(1);
    sweep.sweep();
    assertThat(((Unconfirmed) confirmed.join()).reason()).isEqualTo(Reason.NO_QUORUM);
  }
}
