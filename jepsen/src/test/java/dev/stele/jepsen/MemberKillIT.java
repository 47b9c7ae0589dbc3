// SPDX-License-Identifier: Apache-2.0
package dev.stele.jepsen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.stele.jepsen.cluster.Launcher;
import dev.stele.jepsen.cluster.Launcher.Finished;
import dev.stele.jepsen.cluster.Launcher.Running;
import dev.stele.jepsen.cluster.ProcessCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Members that are real processes (G5, G6, G11): what one leaves behind when it is killed, when it
 * is back at once, and when it is asked to end. All of it is read from {@code stele history}.
 */
final class MemberKillIT {
  private static final int BASE_PORT = 17_800;
  private static final Duration TTL = Duration.ofSeconds(3);

  /** Of a node that is not there yet again. */
  private static final Duration LONG_TTL = Duration.ofMinutes(5);

  private static final Duration LONG = Duration.ofMinutes(1);
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path directory;

  private static Launcher launcher;
  private static ProcessCluster cluster;

  @BeforeAll
  static void startThreeNodes() {
    launcher = new Launcher(Path.of("..", "stele").toAbsolutePath());
    cluster = new ProcessCluster(launcher, directory.resolve("data"), BASE_PORT);
    cluster.start();
  }

  /** Of each test its own, so that no other takes and gives back in them. */
  private static void definePools(String name) {
    stele("claim", "pool", "calm/" + name, "--on-loss", "idle", "--numbers", "1-9");
    stele("claim", "pool", "touched/" + name, "--on-loss", "retire", "--numbers", "1-9");
  }

  @AfterAll
  static void stopThem() {
    cluster.close();
  }

  /** A life of a member with an endpoint and two claims. */
  private record Life(
      Running running, String name, long incarnation, long token, String calm, String touched) {
    String endpoint() {
      return "endpoint/web/" + name;
    }

    void kill() {
      ProcessHandle process = running.process().toHandle();
      CompletableFuture<ProcessHandle> gone = process.onExit();
      assertThat(process.destroyForcibly()).isTrue();
      gone.join();
    }
  }

  private static Life live(String name, Duration ttl, String... more) {
    List<String> line =
        new ArrayList<>(
            List.of(
                "member",
                "register",
                name,
                "--address",
                "127.0.0.1:9000",
                "--ttl",
                ttl.toMillis() + "ms",
                "--endpoint",
                "web=127.0.0.1:8080",
                "--endpoints",
                cluster.endpoints(),
                "-o",
                "json"));
    line.addAll(List.of(more));
    Running running = launcher.start(line.toArray(String[]::new));
    JsonNode told = firstLine(running);
    long token = told.at("/lease/token").asLong();
    return new Life(
        running,
        name,
        told.get("incarnation").asLong(),
        token,
        claimed("calm", name, token),
        claimed("touched", name, token));
  }

  private static JsonNode firstLine(Running running) {
    await()
        .atMost(LONG)
        .until(() -> !read(running.output()).isEmpty() || !running.process().isAlive());
    try {
      return JSON.readTree(read(running.output()));
    } catch (IOException e) {
      throw new UncheckedIOException(read(running.errors()), e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String claimed(String pool, String name, long token) {
    return stele("claim", "next", pool + "/" + name, "--lease", "member/" + name + ":" + token)
        .get("key")
        .asText();
  }

  @Test
  void aMemberThatIsKilledIsLostAfterItsTtlWithAllThatItHadInOneRevision() {
    definePools("node7");
    Life former = live("node7", TTL);
    long killed = System.nanoTime();
    former.kill();
    JsonNode lost =
        stele("member", "await", "node7", "--health", "lost", "--wait", LONG.toSeconds() + "s");
    long afterMillis = (System.nanoTime() - killed) / 1_000_000;
    long revision = lost.get("revision").asLong();
    assertThat(lost.has("lease")).isFalse();
    assertEnded(former, revision);

    Life next = live("node7", TTL);
    try {
      assertThat(next.incarnation()).isGreaterThan(former.incarnation());
      String facts = facts();
      assertNoStaleRow(former, next);
      System.out.printf(
          "member killed: lost, its endpoint gone, one claim idle and one retired at revision %d,"
              + " %d ms after the kill (TTL %d ms); the next life began at revision %d:%n%s",
          revision, afterMillis, TTL.toMillis(), next.token(), facts);
    } finally {
      next.kill();
      next.running().await(LONG);
    }
    former.running().await(LONG);
  }

  @Test
  void aMemberThatIsBackBeforeItsTimeReplacesWhatItLeftInOneRevision() {
    definePools("node8");
    Life former = live("node8", LONG_TTL, "--endpoint", "admin=127.0.0.1:8081");
    former.kill();
    assertThat(newest("endpoint/admin/node8").get("type").asText()).isEqualTo("PUT");

    Life next = live("node8", LONG_TTL);
    try {
      assertThat(gone("endpoint/admin/node8")).isEqualTo(next.token());
      assertThat(changeOf("claim/calm", former.calm(), "IDLE")).isEqualTo(next.token());
      assertThat(changeOf("claim/touched", former.touched(), "RETIRED")).isEqualTo(next.token());
      assertThat(newest("member/node8").get("revision").asLong()).isEqualTo(next.token());
      assertNoStaleRow(former, next);
      System.out.printf(
          "member killed and started again within its TTL of %d s: replaced at revision %d%n%s",
          LONG_TTL.toSeconds(), next.token(), facts());
    } finally {
      next.kill();
      next.running().await(LONG);
    }
    former.running().await(LONG);
  }

  @Test
  void aMemberThatIsAskedToEndTakesItsRowsAlong() {
    definePools("node9");
    Life life = live("node9", LONG_TTL);
    assertThat(life.running().process().toHandle().destroy()).isTrue();
    life.running().await(LONG);
    long revision = gone("member/node9");
    assertThat(gone(life.endpoint())).isEqualTo(revision);
    assertThat(gone("lease/member/node9")).isEqualTo(revision);
    assertThat(changeOf("claim/calm", life.calm(), "IDLE")).isEqualTo(revision);
    assertThat(changeOf("claim/touched", life.touched(), "RETIRED")).isEqualTo(revision);
  }

  private static void assertEnded(Life life, long revision) {
    assertThat(gone(life.endpoint())).isEqualTo(revision);
    assertThat(gone("lease/member/" + life.name())).isEqualTo(revision);
    assertThat(changeOf("claim/calm", life.calm(), "IDLE")).isEqualTo(revision);
    assertThat(changeOf("claim/touched", life.touched(), "RETIRED")).isEqualTo(revision);
  }

  /** What stands is the next life's, or nobody's. */
  private static void assertNoStaleRow(Life former, Life next) {
    String lease = "member/" + next.name();
    boolean own = false;
    for (JsonNode fact : stele("list").get("facts")) {
      if (fact.at("/lease/name").asText().equals(lease)) {
        own = true;
        assertThat(fact.at("/lease/token").asLong()).as("%s", fact).isEqualTo(next.token());
        assertThat(fact.at("/body/incarnation").asLong(next.incarnation()))
            .as("%s", fact)
            .isEqualTo(next.incarnation());
      }
    }
    assertThat(own).isTrue();
    // The number that became idle was the lowest again; the one that was touched is used up.
    assertThat(next.calm()).isEqualTo(former.calm());
    assertThat(next.touched()).isNotEqualTo(former.touched());
  }

  private static String facts() {
    Finished listed = launcher.run(LONG, "list", "--endpoints", cluster.endpoints());
    assertThat(listed.exitCode()).as(listed.errors()).isZero();
    return listed.output();
  }

  /** The revision at which {@code key} was deleted. */
  private static long gone(String key) {
    JsonNode newest = newest(key);
    assertThat(newest.get("type").asText()).as("%s: %s", key, newest).isEqualTo("DELETE");
    return newest.get("revision").asLong();
  }

  /** The revision at which a claim that was owned became this. */
  private static long changeOf(String pool, String key, String state) {
    assertThat(key).startsWith(pool);
    JsonNode owned = null;
    // Newest first: the last change before a later one found it owned.
    for (JsonNode change : stele("history", key).get("changes")) {
      if (change.at("/fact/body/state").asText("IDLE").equals(state)) {
        assertThat(change.at("/fact/lease").isMissingNode()).as("%s", change).isTrue();
        return change.get("revision").asLong();
      }
      owned = change;
    }
    throw new AssertionError(key + " was never " + state + ": " + owned);
  }

  private static JsonNode newest(String key) {
    return stele("history", key).get("changes").get(0);
  }

  private static JsonNode stele(String... arguments) {
    Finished finished = run(arguments);
    assertThat(finished.exitCode()).as(finished.errors()).isZero();
    return finished.json();
  }

  private static Finished run(String... arguments) {
    List<String> line = new ArrayList<>(List.of(arguments));
    line.addAll(List.of("--endpoints", cluster.endpoints(), "-o", "json"));
    return launcher.run(LONG, line.toArray(String[]::new));
  }
}
