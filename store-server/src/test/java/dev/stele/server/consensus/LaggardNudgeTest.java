// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.server.core.command.Command;
import dev.stele.server.core.command.FormCluster;
import dev.stele.server.core.model.ClusterIdentity;
import dev.stele.server.core.model.StoreMeta;
import dev.stele.server.port.Leadership.Role;
import dev.stele.server.port.Leadership.Standing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** On a clock of its own. */
final class LaggardNudgeTest {
  private static final ClusterIdentity IDENTITY = new ClusterIdentity("c", 0);

  private final List<Command> proposed = new ArrayList<>();
  private long nanos;
  private long commit = 1;
  private long member = 1;
  private boolean ready = true;

  private final LaggardNudge nudge =
      new LaggardNudge(
          (command, deadline) -> {
            proposed.add(command);
            commit++;
            return new CompletableFuture<>();
          },
          () -> new Standing(Role.LEADER, 1, Optional.of("n1"), ready, 0, commit),
          () -> Map.of("n2", member),
          () -> StoreMeta.EMPTY.formed(IDENTITY, 1),
          () -> nanos);

  @Test
  void aMemberThatIsUpToDateIsLeftAlone() {
    pass(Duration.ofMinutes(10), true);
    assertThat(proposed).isEmpty();
  }

  @Test
  void aMemberBehindAnIdleLogGetsAnEntryThatChangesNothing() {
    member = 0;
    pass(LaggardNudge.FIRST_PAUSE.plusMillis(200), true);
    assertThat(proposed)
        .containsExactly(new FormCluster(IDENTITY, 1, Collections.emptySortedMap()));
  }

  @Test
  void whileOthersWriteNothingIsAdded() {
    member = 0;
    for (int i = 0; i < 600; i++) {
      commit++;
      pass(Duration.ofMillis(100), false);
    }
    assertThat(proposed).isEmpty();
  }

  @Test
  void aDeadMemberCostsAnEntryAMinuteInTheEnd() {
    member = 0;
    pass(Duration.ofHours(1), false);
    assertThat(proposed).hasSizeBetween(60, 70);
  }

  @Test
  void onlyAReadyLeaderNudges() {
    member = 0;
    ready = false;
    pass(Duration.ofMinutes(10), false);
    assertThat(proposed).isEmpty();
  }

  private void pass(Duration time, boolean memberFollows) {
    long end = nanos + time.toNanos();
    while (nanos < end) {
      nanos += Duration.ofMillis(100).toNanos();
      nudge.tend();
      member = memberFollows && !proposed.isEmpty() ? commit : member;
    }
  }
}
