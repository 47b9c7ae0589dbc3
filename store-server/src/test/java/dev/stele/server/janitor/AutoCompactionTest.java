// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.janitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.stele.server.consensus.ManualTicker;
import dev.stele.server.core.command.Command;
import dev.stele.server.core.command.Compact;
import dev.stele.server.core.command.Refusal;
import dev.stele.server.core.model.Reason;
import dev.stele.server.core.model.StoreMeta;
import dev.stele.server.core.model.Usage;
import dev.stele.server.port.Proposal;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class AutoCompactionTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final long PAUSE_MILLIS = AutoCompaction.PAUSE.toMillis();

  private final ManualTicker ticker = new ManualTicker();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final List<Command> proposed = new ArrayList<>();
  private CompletableFuture<Proposal> outcome = new CompletableFuture<>();
  private StoreMeta meta = StoreMeta.EMPTY;
  private boolean ready = true;

  @Test
  void theRevisionsBeyondThoseThatAreKeptAreGivenUp() {
    AutoCompaction compaction = start(Duration.ZERO, 100);
    revision(100);
    tend(compaction);
    assertThat(proposed).isEmpty();
    revision(101);
    tend(compaction);
    assertThat(proposed).containsExactly(new Compact(1));
  }

  @Test
  void whatStoodBeforeTheAgeThatIsKeptIsGivenUp() {
    AutoCompaction compaction = start(HOUR, 0);
    revision(7);
    tend(compaction);
    revision(900);
    ticker.advanceMillis(HOUR.toMillis() - 1);
    tend(compaction);
    assertThat(proposed).isEmpty();
    ticker.advanceMillis(1);
    tend(compaction);
    assertThat(proposed).containsExactly(new Compact(7));
  }

  @Test
  void whicheverReachesFurtherCounts() {
    AutoCompaction compaction = start(HOUR, 10);
    revision(20);
    tend(compaction);
    assertThat(proposed).containsExactly(new Compact(10));
    decide(10);
    ticker.advanceMillis(HOUR.toMillis());
    tend(compaction);
    assertThat(proposed).containsExactly(new Compact(10), new Compact(20));
  }

  @Test
  void nothingIsGivenUpWhereBothAreOff() {
    AutoCompaction compaction = start(Duration.ZERO, 0);
    revision(1_000_000_000);
    tend(compaction);
    ticker.advanceMillis(CompactionPolicy.AGE_MAX.toMillis());
    tend(compaction);
    assertThat(proposed).isEmpty();
    assertThat(compaction.notes()).isZero();
  }

  @Test
  void onlyAReadyLeaderProposesAndEveryNodeTakesNotes() {
    ready = false;
    AutoCompaction compaction = start(HOUR, 0);
    revision(5);
    tend(compaction);
    ticker.advanceMillis(HOUR.toMillis());
    tend(compaction);
    assertThat(proposed).isEmpty();
    ready = true;
    tend(compaction);
    assertThat(proposed).containsExactly(new Compact(5));
  }

  @Test
  void oneIsProposedAtATimeAndAfterAPause() {
    AutoCompaction compaction = start(Duration.ZERO, 10);
    revision(11);
    tend(compaction);
    ticker.advanceMillis(PAUSE_MILLIS);
    tend(compaction);
    // The first one's outcome is not known.
    assertThat(proposed).hasSize(1);
    decide(1);
    revision(12);
    tend(compaction);
    assertThat(proposed).hasSize(2);
    decide(2);
    revision(13);
    ticker.advanceMillis(PAUSE_MILLIS - 1);
    tend(compaction);
    assertThat(proposed).hasSize(2);
    ticker.advanceMillis(1);
    tend(compaction);
    assertThat(proposed).hasSize(3);
  }

  @Test
  void whatCameToNothingIsCountedAndTriedAgain() {
    AutoCompaction compaction = start(Duration.ZERO, 10);
    revision(11);
    tend(compaction);
    outcome.complete(new Proposal.Unknown("lost"));
    ticker.advanceMillis(PAUSE_MILLIS);
    tend(compaction);
    outcome.complete(
        new Proposal.Decided(Refusal.of(Reason.INVALID_FIELD, "revision", "is ahead")));
    ticker.advanceMillis(PAUSE_MILLIS);
    tend(compaction);
    decide(1);
    assertThat(proposed).containsExactly(new Compact(1), new Compact(1), new Compact(1));
    assertThat(items("failed")).isEqualTo(1);
    assertThat(items("refused")).isEqualTo(1);
    assertThat(items("done")).isEqualTo(1);
  }

  @Test
  void anIdleStoreIsLeftAlone() {
    AutoCompaction compaction = start(HOUR, 0);
    revision(5);
    for (int i = 0; i < 300; i++) {
      tend(compaction);
      if (!outcome.isDone() && !proposed.isEmpty()) {
        decide(5);
      }
      ticker.advanceMillis(60_000);
    }
    assertThat(proposed).containsExactly(new Compact(5));
  }

  @Test
  void theNotesAreBounded() {
    ready = false;
    AutoCompaction compaction = start(HOUR, 0);
    for (int i = 0; i < 100_000; i++) {
      revision(i);
      tend(compaction);
      ticker.advanceMillis(200);
      assertThat(compaction.notes()).isLessThanOrEqualTo(AutoCompaction.NOTES + 2);
    }
    ready = true;
    tend(compaction);
    long age = 99_999 - ((Compact) proposed.get(0)).revision();
    assertThat(age * 200).isBetween(HOUR.toMillis() - 400, HOUR.toMillis() * 102 / 100);
  }

  @Test
  void aPolicyOutOfRangeIsRefused() {
    assertThat(new CompactionPolicy(CompactionPolicy.AGE_MAX, 0).keepRevisions()).isZero();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new CompactionPolicy(CompactionPolicy.AGE_MAX.plusMillis(1), 0))
        .withMessageContaining("keepAge");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new CompactionPolicy(Duration.ofMillis(-1), 0))
        .withMessageContaining("keepAge");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new CompactionPolicy(HOUR, -1))
        .withMessageContaining("keepRevisions");
  }

  private AutoCompaction start(Duration keepAge, long keepRevisions) {
    return new AutoCompaction(
        new CompactionPolicy(keepAge, keepRevisions),
        (command, deadline) -> {
          proposed.add(command);
          outcome = new CompletableFuture<>();
          return outcome;
        },
        () -> meta,
        ticker,
        meters);
  }

  private void tend(AutoCompaction compaction) {
    compaction.tend(ready ? OptionalLong.of(1) : OptionalLong.empty());
  }

  private double items(String outcome) {
    return meters.counter("stele.janitor.items", "task", "history", "outcome", outcome).count();
  }

  private void revision(long revision) {
    meta = meta.changed(revision, Usage.NONE, 0, 0);
  }

  private void decide(long floor) {
    meta = meta.withFloor(floor);
    outcome.complete(new Proposal.Decided(new Compact.Compacted(floor)));
  }
}
