// SPDX-License-Identifier: Apache-2.0
package dev.stele.jepsen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.stele.client.StoreClient;
import dev.stele.jepsen.cluster.Launcher;
import dev.stele.jepsen.cluster.Launcher.Finished;
import dev.stele.jepsen.cluster.Launcher.Running;
import dev.stele.jepsen.cluster.ProcessCluster;
import dev.stele.jepsen.cluster.ProcessCluster.Node;
import dev.stele.jepsen.watching.Changes;
import dev.stele.jepsen.watching.Line;
import dev.stele.jepsen.watching.Writer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code stele watch} over real processes (G4): nothing lost, nothing twice, in order, whichever
 * node dies or lags. {@code -Dwatch.kills=10} for more kills than a check has time for.
 */
final class WatchKillIT {
  private static final int KILLS = Integer.getInteger("watch.kills", 2);
  private static final int BASE_PORT = 17_500;

  /** Time for a JVM to start, an election, a node that catches up. */
  private static final Duration LONG = Duration.ofMinutes(1);

  @TempDir Path directory;

  private final Launcher launcher = new Launcher(Path.of("..", "stele").toAbsolutePath());
  private ProcessCluster cluster;
  private StoreClient store;

  @BeforeEach
  void startThreeNodes() {
    cluster = new ProcessCluster(launcher, directory.resolve("data"), BASE_PORT);
    cluster.start();
    store =
        StoreClient.builder()
            .endpoints(cluster.endpoints())
            .requestTimeout(Duration.ofSeconds(30))
            .build();
  }

  @AfterEach
  void stopThem() {
    store.close();
    cluster.close();
  }

  @Test
  void everyEventComesOnceInOrderWhileTheNodeThatItHangsOnIsKilledAgainAndAgain() {
    Writer writer = new Writer(store);
    writer.write(30);
    Running watch =
        launcher.start(
            "watch",
            "desired/",
            "--initial",
            "--progress",
            "1s",
            "--timeout",
            "30s",
            "-o",
            "json",
            "--endpoints",
            cluster.endpoints());
    try {
      writer.start();
      List<String> killed = new ArrayList<>();
      for (int kill = 0; kill < KILLS; kill++) {
        awaitEvents(watch, 40);
        Node victim = node(lastNode(watch));
        cluster.kill(victim);
        killed.add(victim.id());
        await().atMost(LONG).until(() -> !lastNode(watch).equals(victim.id()));
        awaitEvents(watch, 40);
        cluster.start();
      }
      long last = writer.finish();
      await().atMost(LONG).until(() -> lastRevision(watch) >= last);
      List<Line> lines = Line.of(watch.output());
      Changes truth = Changes.of(store, Writer.KEYS);
      assertThat(Changes.initial(lines)).isEqualTo(truth.stateAt(Changes.initialRevision(lines)));
      assertThat(Changes.after(lines))
          .isEqualTo(truth.between(Changes.initialRevision(lines), last));
      System.out.printf(
          "killed %s under a watch: %d events, each once, in order%n",
          killed, Changes.after(lines).size());
    } finally {
      watch.process().destroy();
    }
    assertThat(watch.process().onExit().join()).isNotNull();
  }

  @Test
  void everyNodeTellsTheSameAlsoOneThatLagsBehindWhereTheWatchBegins() throws Exception {
    Writer writer = new Writer(store);
    writer.write(100);
    List<String> outputs = new ArrayList<>();
    for (Node node : cluster.nodes()) {
      outputs.add(told(watchFrom(20, 60, node).await(LONG)));
    }
    assertThat(outputs.get(0).lines()).hasSize(60);
    assertThat(outputs).containsOnly(outputs.get(0));

    Node leader = cluster.leader();
    Node lagging =
        cluster.nodes().stream().filter(node -> !node.equals(leader)).findFirst().orElseThrow();
    signal(lagging, "STOP");
    Running late;
    try {
      writer.write(300);
      late = watchFrom(250, 60, lagging);
      awaitWaiting(late);
    } finally {
      signal(lagging, "CONT");
    }
    assertThat(told(late.await(LONG))).isEqualTo(told(watchFrom(250, 60, leader).await(LONG)));
  }

  /** The process has nothing to do any more but to wait for the node that stands still. */
  private static void awaitWaiting(Running watch) {
    Duration[] before = {Duration.ZERO};
    await()
        .atMost(LONG)
        .pollInterval(Duration.ofMillis(300))
        .until(
            () -> {
              Duration now = watch.process().info().totalCpuDuration().orElseThrow();
              boolean idle = !now.isZero() && now.equals(before[0]);
              before[0] = now;
              return idle;
            });
  }

  private Running watchFrom(long revision, int count, Node node) {
    return launcher.start(
        "watch",
        "--from",
        Long.toString(revision),
        "--count",
        Integer.toString(count),
        "--node",
        node.client(),
        "--timeout",
        "30s",
        "--progress",
        "1s",
        "-o",
        "json",
        "--endpoints",
        cluster.endpoints());
  }

  private static String told(Finished watch) {
    assertThat(watch.exitCode()).as(watch.output() + watch.errors()).isZero();
    StringBuilder events = new StringBuilder();
    watch.output().lines().map(Line::parse).forEach(line -> events.append(line.withoutNode()));
    return events.toString();
  }

  private static void signal(Node node, String signal) throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(node.pid())).start();
    assertThat(kill.waitFor()).isZero();
  }

  private Node node(String id) {
    return cluster.nodes().stream().filter(node -> node.id().equals(id)).findFirst().orElseThrow();
  }

  private static void awaitEvents(Running watch, int more) {
    int before = Line.of(watch.output()).size();
    await().atMost(LONG).until(() -> Line.of(watch.output()).size() >= before + more);
  }

  private static String lastNode(Running watch) {
    List<Line> lines = Line.of(watch.output());
    return lines.get(lines.size() - 1).node();
  }

  private static long lastRevision(Running watch) {
    List<Line> lines = Line.of(watch.output());
    return lines.get(lines.size() - 1).revision();
  }
}
