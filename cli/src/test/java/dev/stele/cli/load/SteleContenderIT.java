// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.load;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.stele.bench.compare.Cluster;
import dev.stele.bench.compare.Driver;
import dev.stele.bench.compare.peer.stele.SteleContender;
import dev.stele.bench.compare.peer.stele.SteleContender.Way;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Here and not beside the contender, since its servers are this module's. */
@Timeout(180)
final class SteleContenderIT {
  private static final long CALL_SECONDS = 20;
  private static final int BASE_PORT = 23_400;

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource
  void steleDoesOneOfEachSurvivesItsLeaderAndEnds(Way way) throws Exception {
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.put("STELE_LAUNCHER", Path.of("..", "stele").toAbsolutePath().toString());
    SteleContender stele = new SteleContender(way, environment);
    assertThat(stele.missing()).isEmpty();
    List<Long> pids = new ArrayList<>();
    try (Cluster cluster = stele.start(folder, BASE_PORT)) {
      pids.addAll(cluster.pids());
      try (Driver driver = stele.connect(cluster, 2)) {
        writesAndReads(driver);
        watches(driver);
        renews(driver);
        losesItsLeader(cluster, driver);
      }
      pids.addAll(cluster.pids());
      assertThat(stele.settings()).anyMatch(line -> line.contains("-Xmx"));
      assertThat(stele.version()).startsWith("stele ");
    }
    assertThat(pids).hasSize(6).noneMatch(SteleContenderIT::isAlive);
  }

  private static void writesAndReads(Driver driver) throws Exception {
    done(driver.put("trial/a", bytes("1")));
    done(driver.put("trial/b", bytes("1")));
    done(driver.put("trial/c", bytes("1")));
    assertThat(done(driver.get("trial/a", true))).isEqualTo(bytes("1"));
    done(driver.transact("trial/a", "trial/b", "trial/c", bytes("2")));
    assertThat(done(driver.get("trial/b", true))).isEqualTo(bytes("2"));
    // Whichever node answers, it may be a little behind.
    await().until(() -> Arrays.equals(done(driver.get("trial/c", false)), bytes("2")));
    assertThatThrownBy(() -> done(driver.transact("trial/none", "trial/b", "trial/c", bytes("3"))))
        .hasRootCauseInstanceOf(NoSuchElementException.class);
    assertThatThrownBy(() -> done(driver.get("trial/none", true)))
        .isInstanceOf(ExecutionException.class)
        .hasRootCauseInstanceOf(NoSuchElementException.class);
  }

  private static void watches(Driver driver) throws Exception {
    List<String> seen = Collections.synchronizedList(new ArrayList<>());
    done(driver.put("seen/x", bytes("before")));
    try (AutoCloseable watch = driver.watch("seen/", value -> seen.add(new String(value, UTF_8)))) {
      done(driver.put("trial/a", bytes("elsewhere")));
      done(driver.put("seen/x", bytes("v0")));
      done(driver.put("seen/y", bytes("v1")));
      await().until(() -> seen.size() >= 2);
    }
    assertThat(seen).containsExactly("v0", "v1");
  }

  private static void renews(Driver driver) throws Exception {
    List<String> leases = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      leases.add(done(driver.grant("trial/lease" + i, 10_000)));
    }
    done(driver.renew(leases));
    done(driver.renew(leases));
    assertThatThrownBy(() -> done(driver.renew(List.of("1:trial/lease0"))))
        .hasMessageContaining("trial/lease0 was not renewed");
  }

  private static void losesItsLeader(Cluster cluster, Driver driver) throws Exception {
    int leader = cluster.leader();
    cluster.kill(leader);
    assertThat(cluster.pids().get(leader)).isZero();
    await()
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptions()
        .until(
            () -> {
              done(driver.put("trial/a", bytes("after")));
              return true;
            });
    cluster.startAgain(leader);
    assertThat(cluster.pids()).allMatch(SteleContenderIT::isAlive);
    assertThat(done(driver.get("trial/a", true))).isEqualTo(bytes("after"));
  }

  private static <T> T done(CompletableFuture<T> call) throws Exception {
    return call.get(CALL_SECONDS, TimeUnit.SECONDS);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static boolean isAlive(long pid) {
    return pid > 0 && ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }
}
