// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.server.consensus.confirm.AppliedIndex;
import dev.stele.server.consensus.deadline.DeadlineSweep;
import dev.stele.server.core.model.StoreMeta;
import dev.stele.server.core.model.Usage;
import dev.stele.server.port.LogPosition;
import dev.stele.server.port.PeerAnswers.HashAnswer;
import dev.stele.server.port.PeerAnswers.HashUnknown;
import dev.stele.server.port.PeerAnswers.StateHash;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class StateHashesTest {
  private final ManualTicker ticker = new ManualTicker();
  private final DeadlineSweep sweep =
      new DeadlineSweep(
          ticker,
          (what, cause) -> {
            throw new AssertionError(what, cause);
          });
  private final AppliedIndex applied = new AppliedIndex(Runnable::run, sweep);
  private final StateHashes hashes = new StateHashes(applied);

  @Test
  void anAppliedIndexIsAnsweredAtOnce() {
    apply(4, 7);
    assertThat(at(4)).isCompletedWithValue(hashOf(7));
  }

  @Test
  void whoAsksForLaterWaitsUntilItIsApplied() {
    apply(4, 7);
    CompletableFuture<HashAnswer> later = at(6);
    apply(5, 8);
    assertThat(later).isNotDone();
    apply(6, 9);
    assertThat(later).isCompletedWithValue(hashOf(9));
  }

  @Test
  void whatIsNotAppliedInTimeIsNotKnown() {
    apply(4, 7);
    CompletableFuture<HashAnswer> never = at(6);
    ticker.advanceMillis(10);
    sweep.sweep();
    assertThat(never.join())
        .isInstanceOfSatisfying(
            HashUnknown.class, unknown -> assertThat(unknown.why()).contains("not yet 6"));
  }

  @Test
  void anIndexWithoutARowOfItsOwnHasTheStateOfTheOneBefore() {
    apply(4, 7);
    apply(9, 8);
    assertThat(at(6)).isCompletedWithValue(hashOf(7));
  }

  @Test
  void asManyAreRememberedAsItSaysAndNotOneMore() {
    for (int index = 1; index <= StateHashes.REMEMBERED; index++) {
      apply(index, index);
    }
    assertThat(at(1)).isCompletedWithValue(hashOf(1));
    apply(StateHashes.REMEMBERED + 1, StateHashes.REMEMBERED + 1);
    assertThat(at(1).join())
        .isEqualTo(new HashUnknown("this node no longer knows its state at index 1"));
    assertThat(at(2)).isCompletedWithValue(hashOf(2));
    assertThat(at(StateHashes.REMEMBERED + 1))
        .isCompletedWithValue(hashOf(StateHashes.REMEMBERED + 1));
  }

  private CompletableFuture<HashAnswer> at(long index) {
    return hashes.at(index, ticker.in(10));
  }

  private void apply(long index, long revision) {
    hashes.record(index, meta(revision));
    applied.advanced(new LogPosition(1, index), revision);
  }

  private static StateHash hashOf(long revision) {
    return new StateHash(revision, meta(revision).stateHash());
  }

  private static StoreMeta meta(long revision) {
    return StoreMeta.EMPTY.changed(revision, Usage.NONE, 0, 100 + revision);
  }
}
