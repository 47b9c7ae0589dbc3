// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.janitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.stele.server.consensus.ManualTicker;
import dev.stele.server.core.command.ClaimChanged;
import dev.stele.server.core.command.Command;
import dev.stele.server.core.command.Compact;
import dev.stele.server.core.command.EndDrain;
import dev.stele.server.port.CommandLog;
import dev.stele.server.port.FaultPolicy;
import dev.stele.server.port.Leadership.Role;
import dev.stele.server.port.Leadership.Standing;
import dev.stele.server.port.Proposal;
import dev.stele.server.port.Ticker;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class JanitorTest {
  private static final CompactionPolicy TWO_REVISIONS = new CompactionPolicy(Duration.ZERO, 2);

  private final ManualTicker ticker = new ManualTicker();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Claims claims = new Claims();
  private final DrainFeed feed = new DrainFeed();
  private final List<Command> proposed = new CopyOnWriteArrayList<>();
  private final List<String> faults = new CopyOnWriteArrayList<>();
  private volatile Standing standing = new Standing(Role.LEADER, 4, Optional.of("n1"), true, 0, 1);

  @AfterEach
  void close() {
    claims.store.close();
  }

  @Test
  void everyTaskTakesItsTurnAndIsMeasured() {
    Janitor janitor = new Janitor(setup(this::neverDecided, ticker));
    claims.draining(1, 1, 1_000);
    janitor.round();
    claims.owned(2, 1);
    claims.owned(3, 1);
    ticker.advanceMillis(1_000);
    janitor.round();
    assertThat(proposed)
        .containsExactlyInAnyOrder(new Compact(1), new EndDrain(4, Claims.key(1), 1));
    assertThat(steps("history")).isEqualTo(1);
    assertThat(steps("sessions")).isEqualTo(1);
    assertThat(steps("drains")).isEqualTo(2);
  }

  @Test
  void onlyALeaderThatIsReadyWorks() {
    Janitor janitor = new Janitor(setup(this::neverDecided, ticker));
    claims.draining(1, 1, 1);
    claims.owned(2, 1);
    claims.owned(3, 1);
    for (Standing idle :
        List.of(
            new Standing(Role.LEADER, 4, Optional.of("n1"), false, 0, 1),
            new Standing(Role.FOLLOWER, 4, Optional.of("n2"), false, 0, 1))) {
      standing = idle;
      janitor.round();
      ticker.advanceMillis(60_000);
      janitor.round();
    }
    assertThat(proposed).isEmpty();
  }

  @Test
  void aTaskThatIsNotThroughCallsForAnotherRoundSoon() {
    Janitor janitor = new Janitor(setup(this::neverDecided, ticker));
    claims.allDraining(0, ClaimWalk.STEP_ROWS, 60_000);
    assertThat(janitor.round()).isTrue();
    assertThat(janitor.round()).isFalse();
  }

  @Test
  void itsThreadEndsADrainAndIsGoneWhenItIsClosed() {
    claims.listeners.add(feed);
    Janitor janitor = Janitor.start(setup(this::decided, Ticker.SYSTEM));
    claims.draining(1, 6, 1);
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(items("drains", "done")).isEqualTo(1));
    assertThat(proposed).contains(new EndDrain(4, Claims.key(1), 1));
    janitor.close();
    janitor.close();
    assertThat(janitor.isAlive()).isFalse();
    assertThat(faults).isEmpty();
  }

  @Test
  void aFailureOfItsOwnIsTheNodes() {
    Janitor janitor =
        Janitor.start(
            setup(
                (command, deadline) -> {
                  throw new IllegalStateException("broken");
                },
                Ticker.SYSTEM));
    claims.owned(1, 1);
    claims.owned(2, 1);
    claims.owned(3, 1);
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(faults).containsExactly("the janitor failed"));
    janitor.close();
  }

  private Janitor.Setup setup(CommandLog log, Ticker time) {
    FaultPolicy policy = (what, cause) -> faults.add(what);
    return new Janitor.Setup(
        feed, TWO_REVISIONS, log, () -> standing, claims.store, time, policy, meters);
  }

  private CompletableFuture<Proposal> neverDecided(Command command, long deadlineNanos) {
    proposed.add(command);
    return new CompletableFuture<>();
  }

  private CompletableFuture<Proposal> decided(Command command, long deadlineNanos) {
    proposed.add(command);
    return CompletableFuture.completedFuture(new Proposal.Decided(new ClaimChanged(9)));
  }

  private long steps(String task) {
    return meters.timer("stele.janitor.steps", "task", task).count();
  }

  private double items(String task, String outcome) {
    return meters.counter("stele.janitor.items", "task", task, "outcome", outcome).count();
  }
}
