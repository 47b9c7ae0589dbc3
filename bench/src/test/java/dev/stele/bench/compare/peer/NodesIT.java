// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.peer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class NodesIT {
  @TempDir private Path folder;

  private static Nodes sleepers(Path folder) {
    return new Nodes(
        Stream.of("a", "b")
            .map(name -> new Launch(name, List.of("sleep", "600"), "", Map.of(), folder))
            .toList());
  }

  /** Starts nodes, tells their processes, and waits for its end. */
  static final class Parent {
    private Parent() {}

    public static void main(String[] arguments) throws IOException {
      Nodes nodes = sleepers(Path.of(arguments[0]));
      nodes.startAll();
      for (long pid : nodes.pids()) {
        System.out.println(pid);
      }
      System.out.flush();
      assertThat(System.in.read()).isNegative();
    }
  }

  @Test
  void nodesEndWithAParentThatIsKilled() throws Exception {
    Process parent =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Parent.class.getName(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader said =
        new BufferedReader(new InputStreamReader(parent.getInputStream(), UTF_8))) {
      long first = Long.parseLong(said.readLine());
      long second = Long.parseLong(said.readLine());
      await().until(() -> name(first).equals("sleep") && name(second).equals("sleep"));
      parent.destroyForcibly().waitFor();
      await().until(() -> name(first).isEmpty() && name(second).isEmpty());
    } finally {
      parent.destroyForcibly();
    }
  }

  @Test
  void whatRunsIsTheProgramItselfAndItsGuardEndsWithIt() throws Exception {
    try (Nodes nodes = sleepers(folder)) {
      nodes.startAll();
      long node = nodes.pids().get(0);
      await().until(() -> name(node).equals("sleep"));
      assertThat(nodes.arguments(0)).containsExactly("600");
      long guard = ProcessHandle.of(node).orElseThrow().children().findAny().orElseThrow().pid();
      nodes.kill(0);
      assertThat(nodes.isAlive(0)).isFalse();
      assertThat(nodes.isAlive(1)).isTrue();
      await().until(() -> name(guard).isEmpty());
      nodes.start(0);
      assertThat(nodes.isAlive(0)).isTrue();
    }
  }

  /** A process that runs, by the name of its program; empty when it has ended, collected or not. */
  private static String name(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", String.valueOf(pid), "stat"));
      int end = stat.lastIndexOf(')');
      return stat.startsWith(") Z", end) ? "" : stat.substring(stat.indexOf('(') + 1, end);
    } catch (IOException gone) {
      return "";
    }
  }
}
