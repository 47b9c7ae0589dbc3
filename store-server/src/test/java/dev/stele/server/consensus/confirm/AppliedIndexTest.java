// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.confirm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.server.consensus.ManualTicker;
import dev.stele.server.consensus.deadline.DeadlineSweep;
import dev.stele.server.core.model.Reason;
import dev.stele.server.port.LogPosition;
import dev.stele.server.port.ReadGate.Admission;
import dev.stele.server.port.ReadGate.Admitted;
import dev.stele.server.port.ReadGate.Denied;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

final class AppliedIndexTest {
  private final ManualTicker ticker = new ManualTicker();
  private final DeadlineSweep sweep =
      new DeadlineSweep(
          ticker,
          (what, cause) -> {
            throw new AssertionError(what, cause);
          });
  private final List<Runnable> released = new ArrayList<>();
  private final AppliedIndex applied = new AppliedIndex(released::add, sweep);

  @Test
  void whatIsAppliedAlreadyIsAdmittedAtOnce() {
    applied.advanced(new LogPosition(1, 4), 2);
    assertThat(applied.awaitIndex(4, ticker.in(10))).isCompletedWithValue(new Admitted());
    assertThat(applied.awaitRevision(2, ticker.in(10))).isCompletedWithValue(new Admitted());
    assertThat(applied.position()).isEqualTo(new LogPosition(1, 4));
    assertThat(applied.revision()).isEqualTo(2);
  }

  @Test
  void waitersAreReleasedTogetherAndNotByTheWriter() {
    CompletableFuture<Admission> four = applied.awaitIndex(4, ticker.in(10));
    CompletableFuture<Admission> five = applied.awaitIndex(5, ticker.in(10));
    CompletableFuture<Admission> six = applied.awaitIndex(6, ticker.in(10));
    applied.advanced(new LogPosition(1, 3), 0);
    assertThat(released).isEmpty();
    applied.advanced(new LogPosition(1, 5), 0);
    assertThat(released).hasSize(1);
    assertThat(four).isNotDone();
    released.get(0).run();
    assertThat(four).isCompletedWithValue(new Admitted());
    assertThat(five).isCompletedWithValue(new Admitted());
    assertThat(six).isNotDone();
  }

  @Test
  void anEntryWithoutAChangeMovesTheIndexAndNotTheRevision() {
    CompletableFuture<Admission> index = applied.awaitIndex(0, ticker.in(10));
    CompletableFuture<Admission> revision = applied.awaitRevision(1, ticker.in(10));
    applied.advanced(new LogPosition(1, 0), 0);
    released.forEach(Runnable::run);
    assertThat(index).isDone();
    assertThat(revision).isNotDone();
    applied.advanced(new LogPosition(1, 1), 1);
    released.forEach(Runnable::run);
    assertThat(revision).isCompletedWithValue(new Admitted());
  }

  @Test
  void whoWaitsTooLongIsDeniedAndTheOthersWaitOn() {
    CompletableFuture<Admission> early = applied.awaitIndex(4, ticker.in(10));
    CompletableFuture<Admission> late = applied.awaitIndex(4, ticker.in(20));
    ticker.advanceMillis(9);
    assertThat(sweep.sweep()).isTrue();
    assertThat(early).isNotDone();
    ticker.advanceMillis(1);
    assertThat(sweep.sweep()).isTrue();
    assertThat(early.join()).isInstanceOf(Denied.class);
    assertThat(((Denied) early.join()).reason()).isEqualTo(Reason.NO_QUORUM);
    assertThat(late).isNotDone();
    applied.advanced(new LogPosition(1, 4), 0);
    released.forEach(Runnable::run);
    assertThat(late).isCompletedWithValue(new Admitted());
    assertThat(sweep.sweep()).isFalse();
  }

  @Test
  void beyondSixtyFiveThousandItIsOverloaded() {
    List<CompletableFuture<Admission>> all = new ArrayList<>();
    for (int i = 0; i < AppliedIndex.MAX_WAITING; i++) {
      all.add(applied.awaitIndex(100 + i % 50, ticker.in(10)));
    }
    assertThat(all).noneMatch(CompletableFuture::isDone);
    CompletableFuture<Admission> beyond = applied.awaitIndex(100, ticker.in(10));
    assertThat(((Denied) beyond.join()).reason()).isEqualTo(Reason.OVERLOADED);
    ticker.advanceMillis(10);
    sweep.sweep();
    assertThat(all).allMatch(CompletableFuture::isDone);
    assertThat(applied.awaitIndex(100, ticker.in(10))).as("there is room again").isNotDone();
  }

  @Test
  void aStoppedExecutorDoesNotKeepAnybodyWaiting() {
    AppliedIndex stopping =
        new AppliedIndex(
            task -> {
              throw new RejectedExecutionException();
            },
            sweep);
    CompletableFuture<Admission> read = stopping.awaitIndex(1, ticker.in(10));
    stopping.advanced(new LogPosition(1, 1), 0);
    assertThat(read).isCompletedWithValue(new Admitted());
  }
}
