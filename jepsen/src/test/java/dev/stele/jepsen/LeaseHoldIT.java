// SPDX-License-Identifier: Apache-2.0
package dev.stele.jepsen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stele.jepsen.cluster.Launcher;
import dev.stele.jepsen.cluster.Launcher.Finished;
import dev.stele.jepsen.cluster.ProcessCluster;
import dev.stele.jepsen.leases.HeldCommand;
import dev.stele.jepsen.leases.HeldCommand.Beat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code stele lease hold} over real processes (G5, G6): two of them never run their commands at
 * one time, whatever is done to the one that holds.
 */
final class LeaseHoldIT {
  private static final int BASE_PORT = 17_600;
  private static final String LEASE = "controllers/a";
  private static final Duration TTL = Duration.ofSeconds(5);

  /** Holders renew at a third of the TTL, so the last renewal was sent no longer ago than that. */
  private static final Duration RENEWED = TTL.dividedBy(3).plusMillis(400);

  private static final Duration LONG = Duration.ofMinutes(1);

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
  void aHolderThatIsKilledTakesItsCommandAlongAndTheNextWaitsForTheTtl() {
    HeldCommand first = hold("first");
    long token = first.awaitFirst(LONG).token();
    HeldCommand second = hold("second");
    try {
      long renewedUntil = awaitWaiting();
      long killed = uptimeMillis();
      assertThat(first.holder().destroyForcibly()).isTrue();
      Beat taken = second.awaitFirst(LONG);
      await().during(Duration.ofSeconds(1)).atMost(LONG).until(() -> silent(first));

      assertThat(taken.token()).isGreaterThan(token);
      assertThat(first.last().uptimeMillis()).isLessThan(killed + 1_000);
      assertThat(taken.uptimeMillis())
          .isGreaterThan(renewedUntil)
          .isGreaterThan(killed + TTL.minus(RENEWED).toMillis())
          .isGreaterThan(first.last().uptimeMillis());
      System.out.printf(
          "holder killed %d ms after a renewal: its command ended after %d ms, the next began %d ms"
              + " after that renewal%n",
          killed - renewedUntil + TTL.toMillis(),
          first.last().uptimeMillis() - killed,
          taken.uptimeMillis() - renewedUntil + TTL.toMillis());
    } finally {
      first.end();
      second.end();
    }
  }

  @Test
  void aHolderThatStoodStillEndsItsCommandAtOnceAndIsFenced() throws Exception {
    HeldCommand first = hold("first");
    Beat held = first.awaitFirst(LONG);
    HeldCommand second = hold("second");
    try {
      awaitWaiting();
      List<Long> family = family(first, held);
      signal("STOP", family);
      Beat taken = second.awaitFirst(LONG);
      assertThat(guardedPut(held.token()).errors()).contains("FENCED");
      assertThat(guardedPut(held.token()).exitCode()).isEqualTo(1);
      assertThat(guardedPut(taken.token()).exitCode()).isZero();
      await().atMost(LONG).until(() -> uptimeMillis() > held.uptimeMillis() + 20_000);

      long continued = uptimeMillis();
      signal("CONT", family);
      await().atMost(LONG).until(() -> !alive(held.pid()) && !first.holder().isAlive());
      assertThat(first.last().uptimeMillis()).isLessThan(continued + 1_000);
      assertThat(first.running().await(LONG).exitCode()).isEqualTo(1);
      System.out.printf(
          "holder stood still for %d ms: its command ended %d ms after it went on%n",
          continued - held.uptimeMillis(), uptimeMillis() - continued);
    } finally {
      second.end();
    }
  }

  @Test
  void whoStopsOnlyTheHolderDoesNotKeepTheCommandRunning() throws Exception {
    HeldCommand first = hold("first");
    Beat held = first.awaitFirst(LONG);
    HeldCommand second = hold("second");
    try {
      awaitWaiting();
      signal("STOP", List.of(first.holder().pid()));
      Beat taken = second.awaitFirst(LONG);
      assertThat(alive(held.pid())).isFalse();
      assertThat(taken.uptimeMillis()).isGreaterThan(first.last().uptimeMillis());
      signal("CONT", List.of(first.holder().pid()));
      assertThat(first.running().await(LONG).exitCode()).isEqualTo(1);
    } finally {
      second.end();
    }
  }

  private HeldCommand hold(String name) {
    return HeldCommand.start(
        launcher, cluster.endpoints(), LEASE, TTL, directory.resolve(name + ".beats"));
  }

  /**
   * Waits until somebody waits for the lease; returns the moment until which it has been renewed at
   * least: TTL after the sending of a renewal, or later, as the leader counts.
   */
  private long awaitWaiting() {
    long[] renewedUntil = new long[1];
    await()
        .atMost(LONG)
        .until(
            () -> {
              long asked = uptimeMillis();
              JsonNode lease = shown();
              renewedUntil[0] = asked + lease.get("remainingMillis").asLong();
              return lease.get("waiters").asInt() == 1;
            });
    return renewedUntil[0];
  }

  private JsonNode shown() {
    return launcher
        .run(LONG, "lease", "show", LEASE, "-o", "json", "--endpoints", cluster.endpoints())
        .json();
  }

  private Finished guardedPut(long token) {
    return launcher.run(
        LONG,
        "put",
        "desired/guarded",
        "--replicas",
        "1",
        "--guard",
        LEASE + ":" + token,
        "--endpoints",
        cluster.endpoints());
  }

  /** The holder, its command, and whatever watches over them. */
  private static List<Long> family(HeldCommand command, Beat beat) {
    List<Long> family =
        new ArrayList<>(command.holder().descendants().map(ProcessHandle::pid).toList());
    family.add(command.holder().pid());
    if (!family.contains(beat.pid())) {
      family.add(beat.pid());
    }
    return family;
  }

  private static boolean silent(HeldCommand command) {
    return uptimeMillis() - command.last().uptimeMillis() > HeldCommand.BEAT.toMillis() * 4;
  }

  private static boolean alive(long pid) {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }

  private static void signal(String signal, List<Long> pids)
      throws IOException, InterruptedException {
    for (long pid : pids) {
      new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).start().waitFor();
    }
  }

  private static long uptimeMillis() {
    try {
      String uptime = Files.readString(Path.of("/proc/uptime"));
      return Math.round(Double.parseDouble(uptime.substring(0, uptime.indexOf(' '))) * 1000);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
