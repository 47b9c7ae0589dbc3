// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The watchdog by itself, with real processes. */
@EnabledOnOs(OS.LINUX)
@Timeout(60)
final class WatchdogTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration GRACE = Duration.ofMillis(500);
  private static final Duration WARNING = Duration.ofMillis(100);

  /** Ignores SIGTERM, and has a child that does too; notes the pids of both. */
  private static final String STUBBORN =
      "trap '' TERM; sleep 600 & echo $$ $! >$PIDS.new; mv $PIDS.new $PIDS; wait; sleep 600";

  @TempDir private Path folder;

  private Watchdog start(String script) throws Exception {
    return Watchdog.start(
        List.of("sh", "-c", script),
        Map.of("PIDS", pidFile().toString(), "STELE_TOKEN", "41"),
        WARNING,
        GRACE);
  }

  private Path pidFile() {
    return folder.resolve("pids");
  }

  private List<Long> pids() throws IOException {
    await().atMost(LONG).until(() -> Files.exists(pidFile()));
    return List.of(Files.readString(pidFile()).strip().split(" ")).stream()
        .map(Long::valueOf)
        .toList();
  }

  private static boolean runs(long pid) {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }

  /** Soon: what was orphaned is gone when somebody else has looked after it. */
  private static void assertAllEnd(List<Long> pids) {
    await().atMost(LONG).until(() -> pids.stream().noneMatch(WatchdogTest::runs));
  }

  private static void signal(String name, String target) throws Exception {
    assertThat(new ProcessBuilder("kill", "-" + name, "--", target).start().waitFor()).isZero();
  }

  private static void passTo(long bootMillis) {
    await().atMost(LONG).until(() -> Watchdog.bootMillis() > bootMillis);
  }

  @Test
  void theCommandsExitCodeAndVariablesArePassedOn() throws Exception {
    try (Watchdog watchdog = start("exit $((STELE_TOKEN - 34))")) {
      watchdog.until(Watchdog.bootMillis() + LONG.toMillis());
      assertThat(watchdog.awaitEnd(LONG)).isTrue();
      assertThat(watchdog.exitCode()).isEqualTo(7);
      assertThat(watchdog.wasOverdue()).isFalse();
    }
  }

  @Test
  void nothingRunsBeforeADeadlineIsTold() throws Exception {
    try (Watchdog watchdog = start("echo $$ >$PIDS")) {
      watchdog.abandon();
      assertThat(watchdog.awaitEnd(LONG)).isTrue();
      assertThat(pidFile()).doesNotExist();
    }
  }

  @Test
  void theWholeGroupIsKilledAtTheDeadline() throws Exception {
    try (Watchdog watchdog = start(STUBBORN)) {
      long deadline = Watchdog.bootMillis() + 1_000;
      watchdog.until(deadline);
      List<Long> pids = pids();
      assertThat(watchdog.awaitEnd(LONG)).isTrue();
      assertThat(Watchdog.bootMillis()).isGreaterThanOrEqualTo(deadline - 20);
      assertThat(watchdog.wasOverdue()).isTrue();
      assertAllEnd(pids);
    }
  }

  @Test
  void shortlyBeforeTheDeadlineTheCommandIsAskedToEnd() throws Exception {
    try (Watchdog watchdog =
        Watchdog.start(
            List.of("sh", "-c", "trap 'exit 5' TERM; while :; do sleep 0.05; done"),
            Map.of(),
            Duration.ofSeconds(20),
            GRACE)) {
      watchdog.until(Watchdog.bootMillis() + 20_500);
      assertThat(watchdog.awaitEnd(Duration.ofSeconds(15))).isTrue();
      assertThat(watchdog.exitCode()).isEqualTo(5);
      assertThat(watchdog.wasOverdue()).isFalse();
    }
  }

  @Test
  void aLaterDeadlineCountsAndAnEarlierOneTakesNothingAway() throws Exception {
    try (Watchdog watchdog = start(STUBBORN)) {
      long first = Watchdog.bootMillis() + 600;
      watchdog.until(first);
      watchdog.until(first + 60_000);
      watchdog.until(first + 100);
      List<Long> pids = pids();
      passTo(first + 500);
      assertThat(pids).allMatch(WatchdogTest::runs);
    }
  }

  @Test
  void theWholeGroupIsKilledWhenTheHolderLetsGo() throws Exception {
    try (Watchdog watchdog = start(STUBBORN)) {
      watchdog.until(Watchdog.bootMillis() + 600_000);
      List<Long> pids = pids();
      watchdog.abandon();
      assertThat(watchdog.awaitEnd(LONG)).isTrue();
      assertAllEnd(pids);
    }
  }

  @Test
  void aCommandThatDoesNotEndWhenAskedIsKilledAfterTheGrace() throws Exception {
    try (Watchdog watchdog = start(STUBBORN)) {
      watchdog.until(Watchdog.bootMillis() + 600_000);
      List<Long> pids = pids();
      watchdog.end();
      assertThat(watchdog.awaitEnd(LONG)).isTrue();
      assertThat(watchdog.exitCode()).isEqualTo(137);
      assertAllEnd(pids);
    }
  }

  @Test
  void whatTheCommandLeavesBehindIsEndedWithIt() throws Exception {
    try (Watchdog watchdog = start("sleep 600 & echo $! >$PIDS; exit 3")) {
      watchdog.until(Watchdog.bootMillis() + 600_000);
      assertThat(watchdog.awaitEnd(LONG)).isTrue();
      assertThat(watchdog.exitCode()).isEqualTo(3);
      List<Long> pids = pids();
      assertAllEnd(pids);
    }
  }

  @Test
  void whenEverybodyWasStoppedPastTheDeadlineTheCommandIsKilledAtOnce() throws Exception {
    try (Watchdog watchdog = start(STUBBORN)) {
      long deadline = Watchdog.bootMillis() + 2_000;
      watchdog.until(deadline);
      List<Long> pids = pids();
      signal("STOP", String.valueOf(watchdog.pid()));
      signal("STOP", "-" + pids.get(0));
      // A line that nobody reads until it is outdated promises nothing then.
      watchdog.until(deadline + 200);
      passTo(deadline + 500);
      assertThat(pids).allMatch(WatchdogTest::runs);
      signal("CONT", "-" + pids.get(0));
      signal("CONT", String.valueOf(watchdog.pid()));
      assertThat(watchdog.awaitEnd(Duration.ofSeconds(10))).isTrue();
      assertAllEnd(pids);
      assertThat(watchdog.wasOverdue()).isTrue();
    }
  }

  @Test
  void aStoppedCommandIsKilledAtTheDeadlineToo() throws Exception {
    try (Watchdog watchdog = start(STUBBORN)) {
      watchdog.until(Watchdog.bootMillis() + 1_500);
      List<Long> pids = pids();
      signal("STOP", "-" + pids.get(0));
      assertThat(watchdog.awaitEnd(LONG)).isTrue();
      assertAllEnd(pids);
    }
  }

  @Test
  void aCommandWhoseWatchdogWasKilledIsKilledByTheHolder() throws Exception {
    try (Watchdog watchdog = start(STUBBORN)) {
      watchdog.until(Watchdog.bootMillis() + 600_000);
      List<Long> pids = pids();
      signal("KILL", String.valueOf(watchdog.pid()));
      assertThat(watchdog.awaitEnd(LONG)).isTrue();
      assertAllEnd(pids);
    }
  }

  @Test
  void theWholeGroupIsKilledWhenTheHolderIs() throws Exception {
    Process holder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                pidFile().toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("holder.log").toFile())
            .start();
    List<Long> pids = pids();
    assertThat(pids).hasSize(2).allMatch(WatchdogTest::runs);
    holder.destroyForcibly();
    assertAllEnd(pids);
  }

  /** A process that holds on for ten minutes. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] args) throws Exception {
      Watchdog watchdog =
          Watchdog.start(List.of("sh", "-c", STUBBORN), Map.of("PIDS", args[0]), WARNING, GRACE);
      watchdog.until(Watchdog.bootMillis() + 600_000);
      watchdog.awaitEnd(Duration.ofMinutes(10));
    }
  }
}
