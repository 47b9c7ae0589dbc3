// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.dev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.stele.cli.CliRun;
import dev.stele.cli.CliRun.Result;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Node processes are stood in for by shell scripts; what the real ones do is the smoke's. */
final class DevCommandTest {

  @TempDir private Path folder;
  private final CliRun cli = new CliRun();
  private HttpServer health;
  private int port;

  @BeforeEach
  void takeAPort() throws IOException {
    // The script never listens: this answers for it, so that only the process is in question.
    port = freePort();
    health = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    cli.in(folder);
  }

  @AfterEach
  void stopEverything() {
    health.stop(0);
    cli.run("dev", "--stop");
  }

  @Test
  void aNodeThatEndsWhileItStartsShowsTheEndOfItsLogAndLeavesNothing() throws IOException {
    launcher(
        "#!/bin/sh\n[ \"${3##*/n1/}\" != server.yaml ] || { echo 'no such disk'; exit 1; }\nexec sleep 600");
    Result result = cli.run("dev", "--detach", "--port", String.valueOf(port));
    assertThat(result.code()).isEqualTo(3);
    assertThat(result.err()).contains("node n1 ended while it started").contains("no such disk");
    assertThat(Files.exists(folder.resolve(".stele/dev/n0/pid"))).isFalse();
    assertThat(cli.run("dev", "--stop").out()).startsWith("nothing was running");
  }

  @Test
  void aPortInUseIsNamedAndNothingIsStarted() throws IOException {
    launcher("#!/bin/sh\nexec sleep 600");
    try (ServerSocket taken = new ServerSocket(port + 10, 1, InetAddress.getLoopbackAddress())) {
      Result result = cli.run("dev", "--detach", "--port", String.valueOf(port), "-o", "json");
      assertThat(result.code()).isEqualTo(2);
      assertThat(result.err())
          .contains("port " + taken.getLocalPort() + " (node n1) is in use")
          .contains("\"field\":\"--port\"");
    }
    assertThat(Files.exists(folder.resolve(".stele/dev/n0"))).isFalse();
  }

  @Test
  void aStrangersDirectoryIsNeitherUsedNorWiped() throws IOException {
    Files.createDirectories(folder.resolve("mine"));
    Files.writeString(folder.resolve("mine/letter.txt"), "dear");
    Result result = cli.run("dev", "--fresh", "--data", "mine");
    assertThat(result.code()).isEqualTo(2);
    assertThat(folder.resolve("mine/letter.txt")).hasContent("dear");
  }

  @Test
  void freshDeletesWhatTheClusterWrote() throws IOException {
    DevPlan.create(folder.resolve(".stele/dev"), 1, port).save();
    Files.writeString(folder.resolve(".stele/dev/dev.lock"), "");
    assertThat(cli.run("dev", "--stop", "--fresh").code()).isZero();
    assertThat(DevPlan.load(folder.resolve(".stele/dev"))).isEmpty();
    assertThat(Files.exists(folder.resolve(".stele/dev/n0"))).isFalse();
  }

  @Test
  void otherOptionsThanThoseOfTheDataAreRefused() throws IOException {
    DevPlan.create(folder.resolve(".stele/dev"), 3, port).save();
    Files.writeString(folder.resolve(".stele/dev/dev.lock"), "");
    assertThat(cli.run("dev", "--detach", "--nodes", "5").err()).contains("has 3 nodes");
    assertThat(cli.run("dev", "--detach", "--port", "9000").err())
        .contains("has its first port at " + port);
    assertThat(cli.run("dev", "--stop", "--detach").code()).isEqualTo(2);
  }

  @Test
  void aProcessIsStoppedOnlyIfItIsTheNode() throws Exception {
    DevNode node = new DevNode("n0", port, folder);
    Process stranger = new ProcessBuilder("sleep", "600").start();
    try {
      Files.writeString(
          node.pidFile(),
          stranger.pid() + " " + stranger.info().startInstant().orElseThrow().toEpochMilli());
      assertThat(NodeProcess.find(node)).isEmpty();
      Files.writeString(node.pidFile(), "garbage");
      assertThat(NodeProcess.find(node)).isEmpty();
    } finally {
      stranger.destroyForcibly();
    }
  }

  @Test
  void aNodeThatDoesNotStopIsEndedByForce() throws Exception {
    Path script = folder.resolve("deaf.sh");
    Files.writeString(script, "#!/bin/sh\ntrap '' TERM\ntouch ready\nwhile :; do sleep 1; done\n");
    assertThat(script.toFile().setExecutable(true)).isTrue();
    DevNode node = new DevNode("n0", port, folder);
    NodeProcess process = NodeProcess.start(node, script, java.util.Map.of(), false);
    await().atMost(Duration.ofSeconds(30)).until(() -> Files.exists(folder.resolve("ready")));
    Optional<NodeProcess> found = NodeProcess.find(node);
    assertThat(found).map(NodeProcess::pid).contains(process.pid());
    process.terminate();
    process.awaitEnd(Duration.ofMillis(300));
    assertThat(process.isAlive()).isFalse();
    assertThat(NodeProcess.find(node)).isEmpty();
  }

  @Test
  void readinessIsWhatHealthSays() {
    int[] status = {503};
    health.createContext(
        "/readyz",
        exchange -> {
          exchange.sendResponseHeaders(status[0], -1);
          exchange.close();
        });
    health.start();
    String http = "127.0.0.1:" + health.getAddress().getPort();
    assertThat(Readiness.isReady(http)).isFalse();
    status[0] = 200;
    assertThat(Readiness.isReady(http)).isTrue();
    health.stop(0);
    assertThat(Readiness.isReady(http)).isFalse();
  }

  private void launcher(String script) throws IOException {
    Path launcher = folder.resolve("launcher.sh");
    Files.writeString(launcher, script + "\n");
    assertThat(launcher.toFile().setExecutable(true)).isTrue();
    cli.environment.put("STELE_LAUNCHER", launcher.toString());
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      // Room for the ports of three nodes above it.
      return Math.min(socket.getLocalPort(), 65_000);
    }
  }
}
