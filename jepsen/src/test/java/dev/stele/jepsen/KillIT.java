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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes, killed under load: what was acknowledged stays (G3), and writes go on (G14). */
final class KillIT {
  private static final int BASE_PORT = 17_400;
  private static final Duration LOAD = Duration.ofSeconds(12);
  private static final Duration LOAD_BOUND = Duration.ofMinutes(2);

  @TempDir Path directory;

  private final Launcher launcher = new Launcher(Path.of("..", "stele").toAbsolutePath());
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
  void writesResumeAfterTheLeaderIsKilledAndNothingAcknowledgedIsLost() {
    Running load = startLoad();
    awaitRevisionBeyond(500);
    cluster.kill(cluster.leader());
    JsonNode report = assertNothingLost(load);
    assertThat(report.get("longestGapMillis").asLong()).isLessThan(10_000);
    cluster.start();
    awaitAllNodesAtOneRevision();
  }

  @Test
  void nothingAcknowledgedIsLostWhenAllNodesAreKilledUnderLoad() {
    Running load = startLoad();
    awaitRevisionBeyond(500);
    cluster.killAll();
    cluster.start();
    assertNothingLost(load);
    awaitAllNodesAtOneRevision();
  }

  private Running startLoad() {
    return launcher.start(
        "bench",
        "put",
        "--endpoints",
        cluster.endpoints(),
        "--clients",
        "64",
        "--duration",
        LOAD.toSeconds() + "s",
        "--warmup",
        "1s",
        "--verify",
        "-o",
        "json");
  }

  private static JsonNode assertNothingLost(Running load) {
    Finished finished = load.await(LOAD_BOUND);
    assertThat(finished.exitCode()).as(finished.output() + finished.errors()).isZero();
    JsonNode report = finished.json();
    JsonNode verification = report.get("verification");
    assertThat(verification.get("acknowledged").asLong()).isGreaterThan(500);
    assertThat(verification.get("lost").asLong()).as(report.toString()).isZero();
    assertThat(verification.get("unread").asLong()).as(report.toString()).isZero();
    return report;
  }

  private void awaitRevisionBeyond(long revision) {
    await().atMost(Duration.ofMinutes(1)).until(() -> status().get("revision").asLong() > revision);
  }

  private void awaitAllNodesAtOneRevision() {
    await()
        .atMost(Duration.ofMinutes(1))
        .untilAsserted(
            () -> {
              JsonNode status = status();
              long revision = status.get("revision").asLong();
              assertThat(status.get("nodes"))
                  .hasSize(3)
                  .allSatisfy(
                      node -> assertThat(node.get("revision").asLong()).isEqualTo(revision));
            });
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
