// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stele.server.boot.config.ConfigLoader;
import dev.stele.server.boot.config.ConfigSources;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class ServerProcessIT {
  @TempDir private Path directory;

  /** A server process without a command line around it. */
  static final class Main {
    private Main() {}

    public static void main(String[] overrides) throws InterruptedException {
      List<String> settings =
          Arrays.stream(overrides).filter(argument -> argument.contains("=")).toList();
      if (settings.size() < overrides.length) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("a hook ran")));
        new Thread(Main::dieWhenTold, "doomed").start();
      }
      ServerProcess.run(ConfigLoader.load(ConfigSources.none().withOverrides(settings)));
    }

    private static void dieWhenTold() {
      try {
        // Nobody writes; the end of the input is the sign.
        if (System.in.read() < 0) {
          throw new IllegalStateException("told to die");
        }
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** Holds a folder until it is killed. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] arguments) throws IOException {
      try (DataDirectory held = DataDirectory.open(Path.of(arguments[0]), "stele", "n0")) {
        System.out.println(Files.isDirectory(held.raft()) ? "held" : "broken");
        if (System.in.read() >= 0) {
          throw new IllegalStateException("nobody talks to the holder");
        }
      }
    }
  }

  @Test
  void aProcessSaysWhenItServesAndStopsInOrderWhenTold() throws Exception {
    for (int start = 1; start <= 2; start++) {
      try (TestProcess server = server()) {
        assertThat(server.awaitLine("- listening")).contains("node=\"n0\"", "term=", "revision=");
        String ready = server.awaitLine("- ready");
        assertThat(ready).contains("node=\"n0\"", "leader=\"n0\"", "term=", "revision=");
        Matcher http = Pattern.compile("http=\"([^\"]+)\"").matcher(ready);
        assertThat(http.find()).isTrue();
        assertThat(status("http://" + http.group(1) + "/readyz")).isEqualTo(200);
        server.terminate();
        assertThat(server.awaitExit()).isEqualTo(128 + 15);
        assertThat(server.lines()).anyMatch(line -> line.contains("manner=\"orderly\""));
        assertThat(server.lines().get(server.lines().size() - 1)).contains("stopped");
      }
    }
  }

  @Test
  void aThreadThatDiesEndsTheProcessAtOnce() throws Exception {
    try (TestProcess server = server("doomed")) {
      server.awaitLine("- ready");
      server.endInput();
      assertThat(server.awaitExit()).isEqualTo(ProcessFaults.EXIT_CODE);
      assertThat(server.lines())
          .anyMatch(line -> line.contains("fault=\"thread doomed died\""))
          .noneMatch(line -> line.contains("a hook ran"));
    }
  }

  @Test
  void aFolderThatAnotherProcessHasIsRefused() throws Exception {
    try (TestProcess other = new TestProcess(Holder.class, directory.toString())) {
      other.awaitLine("held");
      assertThatThrownBy(() -> DataDirectory.open(directory, "stele", "n0"))
          .isInstanceOf(DataDirectoryException.class)
          .hasMessageContaining("is in use by process " + other.pid());
    }
    DataDirectory.open(directory, "stele", "n0").close();
  }

  private TestProcess server(String... more) throws IOException {
    String api = "127.0.0.1:" + freePort();
    String raft = "127.0.0.1:" + freePort();
    List<String> arguments =
        List.of(
            "node.data-dir=" + directory,
            "cluster.nodes=n0=" + api + "/" + raft,
            "api.listen=" + api,
            "raft.listen=" + raft,
            "http.listen=127.0.0.1:0",
            "raft.min-free-space=0B");
    return new TestProcess(
        Main.class, Stream.concat(arguments.stream(), Arrays.stream(more)).toArray(String[]::new));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static int status(String uri) throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(uri)).build(), HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }
}
