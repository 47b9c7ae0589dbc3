// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.dev;

import dev.stele.cli.CliException;
import dev.stele.cli.Terminal;
import dev.stele.cli.output.Durations;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Starts and stops the processes of a local cluster. */
final class DevCluster {
  /** How long the nodes may take until all of them serve. */
  static final Duration START_BOUND = Duration.ofSeconds(90);

  /** How long a node may take to stop by itself. */
  static final Duration STOP_BOUND = Duration.ofSeconds(20);

  /** Lines of a log that are shown when a node does not start. */
  static final int TAIL_LINES = 20;

  private static final Duration POLL = Duration.ofMillis(100);
  private static final String HEAP = "256m";

  private final Terminal terminal;
  private final DevPlan plan;

  DevCluster(Terminal terminal, DevPlan plan) {
    this.terminal = terminal;
    this.plan = plan;
  }

  DevPlan plan() {
    return plan;
  }

  /** The nodes that run now. */
  List<NodeProcess> running() throws IOException {
    List<NodeProcess> running = new ArrayList<>();
    for (DevNode node : plan.all()) {
      NodeProcess.find(node).ifPresent(running::add);
    }
    return running;
  }

  /**
   * Starts the nodes that don't run, and returns when all of them serve. When one of them does not,
   * those that this call started are stopped again.
   *
   * @param bound whether the nodes end when this process does
   */
  List<NodeProcess> start(boolean bound) throws IOException, InterruptedException {
    List<NodeProcess> all = new ArrayList<>(running());
    Set<String> alive = new HashSet<>();
    all.forEach(process -> alive.add(process.node().id()));
    List<DevNode> missing = plan.all().stream().filter(node -> !alive.contains(node.id())).toList();
    requireFreePorts(missing);
    Path launcher = launcher();
    plan.save();
    List<NodeProcess> started = new ArrayList<>();
    boolean serving = false;
    try {
      for (DevNode node : missing) {
        started.add(NodeProcess.start(node, launcher, settings(), bound));
      }
      all.addAll(started);
      awaitReady(all);
      serving = true;
      return all;
    } finally {
      if (!serving) {
        stop(started);
      }
    }
  }

  /** Stops these, all at once. */
  static void stop(List<NodeProcess> processes) throws IOException, InterruptedException {
    processes.forEach(NodeProcess::terminate);
    long end = System.nanoTime() + STOP_BOUND.toNanos();
    for (NodeProcess process : processes) {
      process.awaitEnd(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
    }
  }

  private void awaitReady(List<NodeProcess> processes) throws IOException, InterruptedException {
    long start = System.nanoTime();
    List<NodeProcess> waiting = new ArrayList<>(processes);
    while (!waiting.isEmpty()) {
      for (NodeProcess process : List.copyOf(waiting)) {
        if (!process.isAlive()) {
          throw CliException.unavailable(
              "node " + process.node().id() + " ended while it started" + tail(process.node()));
        }
        if (Readiness.isReady(process.node().http())) {
          waiting.remove(process);
          Duration took = Duration.ofNanos(System.nanoTime() - start);
          say("  " + process + " serves after " + Durations.show(took));
        }
      }
      if (System.nanoTime() - start > START_BOUND.toNanos()) {
        DevNode node = waiting.get(0).node();
        throw CliException.unavailable(
            "node "
                + node.id()
                + " does not serve after "
                + Durations.show(START_BOUND)
                + tail(node));
      }
      if (!waiting.isEmpty()) {
        TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
      }
    }
  }

  private void say(String line) {
    terminal.err().println("stele: " + line);
    terminal.err().flush();
  }

  /** What a node's JVM is told; the rest of this process's STELE_ variables is not passed on. */
  private Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    // The jars are those that this process runs from.
    settings.put("STELE_NO_BUILD", "1");
    settings.put("STELE_SERVER_HEAP", HEAP);
    for (String name : List.of("STELE_JAVA", "STELE_JAVA_OPTS", "STELE_SERVER_HEAP")) {
      Optional.ofNullable(terminal.environment().get(name))
          .ifPresent(value -> settings.put(name, value));
    }
    return settings;
  }

  private Path launcher() {
    String launcher = terminal.environment().get("STELE_LAUNCHER");
    if (launcher == null) {
      throw CliException.badInput(
          "STELE_LAUNCHER", "is not set: a local cluster is started through the script 'stele'");
    }
    return Path.of(launcher);
  }

  private static void requireFreePorts(List<DevNode> nodes) throws IOException {
    for (DevNode node : nodes) {
      for (int port : node.ports()) {
        try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
          probe.setReuseAddress(true);
        } catch (BindException taken) {
          throw CliException.badInput(
              "--port",
              "port "
                  + port
                  + " (node "
                  + node.id()
                  + ") is in use by another process;"
                  + " give another --port, or end what uses it");
        }
      }
    }
  }

  private static String tail(DevNode node) throws IOException {
    List<String> lines =
        Files.exists(node.log())
            ? new String(Files.readAllBytes(node.log()), StandardCharsets.UTF_8).lines().toList()
            : List.of();
    List<String> last = lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size());
    return "; the end of " + node.log() + ":\n" + String.join("\n", last);
  }
}
