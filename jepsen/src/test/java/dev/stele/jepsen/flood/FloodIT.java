// SPDX-License-Identifier: Apache-2.0
package dev.stele.jepsen.flood;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.stele.client.Fact;
import dev.stele.client.Keys;
import dev.stele.client.ReadMode;
import dev.stele.client.StoreClient;
import dev.stele.jepsen.cluster.Launcher;
import dev.stele.jepsen.cluster.ProcessCluster;
import dev.stele.jepsen.cluster.ProcessCluster.Node;
import dev.stele.jepsen.flood.GoodClient.Seen;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A flood against three server processes with heaps of 256 MB (G8): all stay alive, nothing that
 * was acknowledged is lost, and whoever asks for little is served.
 *
 * <p>{@code -Dflood.clients=5000 -Dflood.connections=500 -Dflood.seconds=60} is the full size.
 */
final class FloodIT {
  private static final int BASE_PORT = 18_400;
  private static final int CLIENTS = Integer.getInteger("flood.clients", 1_500);
  private static final int CONNECTIONS = Integer.getInteger("flood.connections", 60);
  private static final int SECONDS = Integer.getInteger("flood.seconds", 20);
  private static final Duration QUIET = Duration.ofSeconds(Integer.getInteger("flood.quiet", 8));

  @TempDir Path directory;

  private final Launcher launcher = new Launcher(Path.of("..", "stele").toAbsolutePath());
  private ProcessCluster cluster;
  private StoreClient store;

  @BeforeEach
  void startThreeNodes() {
    cluster = new ProcessCluster(launcher, directory.resolve("data"), BASE_PORT);
    cluster.start();
    store = StoreClient.connect(cluster.endpoints());
  }

  @AfterEach
  void stopThem() {
    store.close();
    cluster.close();
  }

  @Test
  void whoAsksForLittleIsServedWhileRudeClientsFloodTheCluster() throws Exception {
    GoodClient good = new GoodClient(store);
    say("warm-up", good.run(QUIET));
    Seen quiet = good.run(QUIET);
    say("quiet", quiet);
    figures("quiet");

    Process flood = startFlood();
    CompletableFuture<String> output =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return new String(flood.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    List<Seen> during = new ArrayList<>();
    for (int second = 0; second < SECONDS; second += 5) {
      during.add(good.run(Duration.ofSeconds(5)));
      say("flood", during.get(during.size() - 1));
      figures("flood");
    }
    JsonNode report = new ObjectMapper().readTree(output.join());
    assertThat(flood.waitFor()).isZero();
    System.out.println("outcomes " + report.get("outcomes"));
    System.out.println("retry delays, ms: " + report.get("delaysMillis"));
    say("after", good.run(QUIET));
    figures("after");

    assertThat(cluster.nodes())
        .allSatisfy(node -> assertThat(ProcessHandle.of(node.pid())).as(node.id()).isPresent());
    assertThat(report.get("outcomes").get("OVERLOADED").asLong()).isPositive();
    assertNothingLost(report.get("acknowledged"));
    assertThat(during).allSatisfy(seen -> assertThat(seen.failures()).isEmpty());
    assertThat(during).allSatisfy(seen -> assertThat(seen.puts()).isNotEmpty());
  }

  private Process startFlood() throws IOException {
    List<String> command = new ArrayList<>();
    // The flood must not take the processor from the client that is measured.
    command.addAll(List.of("nice", "-n", "15"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx1g", "-XX:+UseParallelGC", "-XX:MaxDirectMemorySize=3g"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Flood.class.getName()));
    command.addAll(List.of(cluster.endpoints(), "" + CLIENTS, "" + CONNECTIONS, "" + SECONDS));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private void assertNothingLost(JsonNode acknowledged) {
    for (Map.Entry<String, JsonNode> last : acknowledged.properties()) {
      Fact<byte[]> fact =
          store
              .facts()
              .raw()
              .get(Keys.raw(last.getKey()), ReadMode.linearizable())
              .join()
              .fact()
              .orElseThrow(() -> new AssertionError(last + " is lost"));
      assertThat(GoodClient.number(fact.body()))
          .as(last.getKey())
          .isGreaterThanOrEqualTo(last.getValue().asLong());
    }
    System.out.println("keys with acknowledged writes, all there: " + acknowledged.size());
  }

  private static void say(String phase, Seen seen) {
    System.out.println("%-8s %s".formatted(phase, seen.line()));
    seen.failures().stream().limit(5).forEach(failure -> System.out.println("  " + failure));
  }

  private void figures(String phase) {
    for (Node node : cluster.nodes()) {
      NodeFigures.of(node)
          .ifPresent(seen -> System.out.println("%-8s %s: %s".formatted(phase, node.id(), seen)));
    }
  }
}
