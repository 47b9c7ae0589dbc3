// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.stele.server.core.command.Command;
import dev.stele.server.core.command.Compact;
import dev.stele.server.core.model.StoreMeta;
import dev.stele.server.core.model.Usage;
import dev.stele.server.port.Leadership.Role;
import dev.stele.server.port.Leadership.Standing;
import dev.stele.server.port.Proposal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class AutoCompactionTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final long PAUSE_MILLIS = AutoCompaction.PAUSE.toMillis();

  private final ManualTicker ticker = new ManualTicker();
  private final List<Command> proposed = new ArrayList<>();
  private CompletableFuture<Proposal> outcome = new CompletableFuture<>();
  private StoreMeta meta = StoreMeta.EMPTY;
  private boolean ready = true;

  @Test
  void theRevisionsBeyondThoseThatAreKeptAreGivenUp() {
    AutoCompaction compaction = start(Duration.ZERO, 100);
    revision(100);
    compaction.tend();
    assertThat(proposed).isEmpty();
    revision(101);
    compaction.tend();
    assertThat(proposed).containsExactly(new Compact(1));
  }

  @Test
  void whatStoodBeforeTheAgeThatIsKeptIsGivenUp() {
    AutoCompaction compaction = start(HOUR, 0);
    revision(7);
    compaction.tend();
    revision(900);
    ticker.advanceMillis(HOUR.toMillis() - 1);
    compaction.tend();
    assertThat(proposed).isEmpty();
    ticker.advanceMillis(1);
    compaction.tend();
    assertThat(proposed).containsExactly(new Compact(7));
  }

  @Test
  void whicheverReachesFurtherCounts() {
    AutoCompaction compaction = start(HOUR, 10);
    revision(20);
    compaction.tend();
    assertThat(proposed).containsExactly(new Compact(10));
    decide(10);
    ticker.advanceMillis(HOUR.toMillis());
    compaction.tend();
    assertThat(proposed).containsExactly(new Compact(10), new Compact(20));
  }

  @Test
  void nothingIsGivenUpWhereBothAreOff() {
    AutoCompaction compaction = start(Duration.ZERO, 0);
    revision(1_000_000_000);
    compaction.tend();
    ticker.advanceMillis(CompactionPolicy.AGE_MAX.toMillis());
    compaction.tend();
    assertThat(proposed).isEmpty();
    assertThat(compaction.notes()).isZero();
  }

  @Test
  void onlyAReadyLeaderProposesAndEveryNodeTakesNotes() {
    ready = false;
    AutoCompaction compaction = start(HOUR, 0);
    revision(5);
    compaction.tend();
    ticker.advanceMillis(HOUR.toMillis());
    compaction.tend();
    assertThat(proposed).isEmpty();
    ready = true;
    compaction.tend();
    assertThat(proposed).containsExactly(new Compact(5));
  }

  @Test
  void oneIsProposedAtATimeAndAfterAPause() {
    AutoCompaction compaction = start(Duration.ZERO, 10);
    revision(11);
    compaction.tend();
    ticker.advanceMillis(PAUSE_MILLIS);
    compaction.tend();
    // The first one's outcome is not known.
    assertThat(proposed).hasSize(1);
    decide(1);
    revision(12);
    compaction.tend();
    assertThat(proposed).hasSize(2);
    decide(2);
    revision(13);
    ticker.advanceMillis(PAUSE_MILLIS - 1);
    compaction.tend();
    assertThat(proposed).hasSize(2);
    ticker.advanceMillis(1);
    compaction.tend();
    assertThat(proposed).hasSize(3);
  }

  @Test
  void anIdleStoreIsLeftAlone() {
    AutoCompaction compaction = start(HOUR, 0);
    revision(5);
    for (int i = 0; i < 300; i++) {
      compaction.tend();
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
      compaction.tend();
      ticker.advanceMillis(200);
      assertThat(compaction.notes()).isLessThanOrEqualTo(AutoCompaction.NOTES + 2);
    }
    ready = true;
    compaction.tend();
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
        () -> new Standing(Role.LEADER, 1, Optional.of("n1"), ready, 0, 1),
        () -> meta,
        ticker);
  }

  private void revision(long revision) {
    meta = meta.changed(revision, Usage.NONE, 0, 0);
  }

  private void decide(long floor) {
    meta = meta.withFloor(floor);
    outcome.complete(new Proposal.Decided(new Compact.Compacted(floor)));
  }
}
