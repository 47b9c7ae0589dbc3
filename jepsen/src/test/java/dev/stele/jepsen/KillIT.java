// SPDX-License-Identifier: Apache-2.0
package dev.stele.jepsen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stele.jepsen.cluster.Launcher;
import dev.stele.jepsen.cluster.Launcher.Finished;
import dev.stele.jepsen.cluster.Launcher.Running;
import dev.stele.jepsen.cluster.ProcessCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real processes, killed under load: what was acknowledged stays (G3), every write takes effect at
 * most once (G7), all replicas hold the same (G10), and writes go on (G14). {@code -Dkills=10} for
 * more kills than a check has time for.
 */
final class KillIT {
  private static final int KILLS = Integer.getInteger("kills", 2);
  private static final int BASE_PORT = 17_400;
  private static final Duration LOAD_ALL_KILLED = Duration.ofSeconds(12);

  /** Time for a kill, an election, a start, and some writes. */
  private static final Duration LOAD_A_KILL = Duration.ofSeconds(40);

  private static final Duration DRAIN_AND_READBACK = Duration.ofMinutes(4);

  @TempDir Path directory;

  /** Every write of a run is looked for in its key's history, however many there are. */
  private final Launcher launcher =
      new Launcher(Path.of("..", "stele").toAbsolutePath())
          .with(Map.of("STELE_COMPACTION_KEEP_REVISIONS", "0"));

  private ProcessCluster cluster;

  @BeforeEach
  void startThreeNodes() {
    cluster = new ProcessCluster(launcher, directory.resolve("data"), BASE_PORT);
    cluster.start();
  }

  @AfterEach
  void stopThem() {
    cluster.close();
  }

  @Test
  void writesResumeAfterEachKillOfTheLeaderAndEachTakesEffectOnce() {
    Duration load = LOAD_A_KILL.multipliedBy(KILLS);
    Running running = startLoad(load);
    for (int kill = 1; kill <= KILLS; kill++) {
      awaitRevisionBeyond(status().get("revision").asLong() + 500);
      cluster.kill(cluster.leader());
      awaitRevisionBeyond(status().get("revision").asLong() + 100);
      cluster.start();
    }
    JsonNode report = assertEachWriteTookEffectOnce(running, load);
    assertThat(report.get("longestGapMillis").asLong()).isLessThan(10_000);
    assertAllNodesHoldTheSame();
    System.out.printf("leader killed %d times: %s%n", KILLS, report);
  }

  @Test
  void nothingAcknowledgedIsLostWhenAllNodesAreKilledUnderLoad() {
    Running running = startLoad(LOAD_ALL_KILLED);
    awaitRevisionBeyond(500);
    cluster.killAll();
    cluster.start();
    assertEachWriteTookEffectOnce(running, LOAD_ALL_KILLED);
    assertAllNodesHoldTheSame();
  }

  private Running startLoad(Duration duration) {
    return launcher.start(
        "bench",
        "put",
        "--endpoints",
        cluster.endpoints(),
        "--clients",
        "64",
        "--duration",
        duration.toSeconds() + "s",
        "--warmup",
        "1s",
        "--timeout",
        "30s",
        "--verify",
        "-o",
        "json");
  }

  private static JsonNode assertEachWriteTookEffectOnce(Running load, Duration duration) {
    Finished finished = load.await(duration.plus(DRAIN_AND_READBACK));
    assertThat(finished.exitCode()).as(finished.output() + finished.errors()).isZero();
    JsonNode report = finished.json();
    JsonNode verification = report.get("verification");
    assertThat(verification.get("acknowledged").asLong()).isGreaterThan(500);
    assertThat(verification.get("holds").asBoolean()).as(report.toString()).isTrue();
    return report;
  }

  private void assertAllNodesHoldTheSame() {
    Finished compared =
        launcher.run(
            Duration.ofSeconds(30), "hash", "--endpoints", cluster.endpoints(), "-o", "json");
    assertThat(compared.exitCode()).as(compared.output() + compared.errors()).isZero();
    assertThat(compared.json().get("equal").asBoolean()).isTrue();
  }

  private void awaitRevisionBeyond(long revision) {
    await().atMost(Duration.ofMinutes(1)).until(() -> status().get("revision").asLong() > revision);
  }

  private JsonNode status() {
    return launcher
        .run(
            Duration.ofSeconds(30),
            "cluster",
            "status",
            "--endpoints",
            cluster.endpoints(),
            "-o",
            "json")
        .json();
  }
}
