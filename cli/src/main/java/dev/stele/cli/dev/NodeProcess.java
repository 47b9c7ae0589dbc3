// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.dev;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The process of a node, found again by later calls. A pid alone proves nothing, since pids are
 * used again: the process counts as the node only if its command line names the node's
 * configuration file, or, where a command line can't be seen, if it was started when the pid was
 * noted.
 */
final class NodeProcess {
  /** How far two readings of one process's start may lie apart. */
  static final Duration START_TOLERANCE = Duration.ofSeconds(2);

  private final DevNode node;
  private final ProcessHandle handle;

  private NodeProcess(DevNode node, ProcessHandle handle) {
    this.node = node;
    this.handle = handle;
  }

  DevNode node() {
    return node;
  }

  long pid() {
    return handle.pid();
  }

  boolean isAlive() {
    return handle.isAlive();
  }

  /** The node's process, if it runs. */
  static Optional<NodeProcess> find(DevNode node) throws IOException {
    if (!Files.exists(node.pidFile())) {
      return Optional.empty();
    }
    String[] noted = Files.readString(node.pidFile()).strip().split(" ", -1);
    if (noted.length != 2 || !noted[0].matches("\\d{1,18}") || !noted[1].matches("\\d{1,18}")) {
      return Optional.empty();
    }
    Instant started = Instant.ofEpochMilli(Long.parseLong(noted[1]));
    return ProcessHandle.of(Long.parseLong(noted[0]))
        .filter(ProcessHandle::isAlive)
        .filter(process -> isNode(process.info(), node.config(), started))
        .map(process -> new NodeProcess(node, process));
  }

  static boolean isNode(ProcessHandle.Info info, Path config, Instant started) {
    Optional<String> commandLine = info.commandLine();
    if (commandLine.isPresent()) {
      return commandLine.get().contains(config.toString());
    }
    return info.startInstant()
        .map(start -> Duration.between(start, started).abs().compareTo(START_TOLERANCE) <= 0)
        .orElse(false);
  }

  /**
   * Starts the node and notes its pid. Its output goes to its log.
   *
   * @param bound whether it ends when this process does
   */
  static NodeProcess start(DevNode node, Path launcher, Map<String, String> settings, boolean bound)
      throws IOException {
    List<String> command = new ArrayList<>();
    if (Files.isExecutable(Path.of("/usr/bin/setsid"))) {
      // Its own session: a Ctrl-C meant for whoever started it must not reach it.
      command.add("/usr/bin/setsid");
    }
    command.addAll(List.of(launcher.toString(), "server", "--config", node.config().toString()));
    if (bound) {
      command.add("--until-stdin-ends");
    }
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(node.directory().toFile())
            .redirectErrorStream(true)
            .redirectOutput(Redirect.appendTo(node.log().toFile()))
            .redirectInput(bound ? Redirect.PIPE : Redirect.from(Path.of("/dev/null").toFile()));
    // Variables would win over the file that was written for the node.
    builder.environment().keySet().removeIf(name -> name.startsWith("STELE_"));
    builder.environment().putAll(settings);
    ProcessHandle handle = builder.start().toHandle();
    long startedMillis = handle.info().startInstant().orElse(Instant.now()).toEpochMilli();
    Files.writeString(node.pidFile(), handle.pid() + " " + startedMillis + "\n");
    return new NodeProcess(node, handle);
  }

  /** Asks it to end. */
  void terminate() {
    handle.destroy();
  }

  /** Waits for its end, and ends it by force after the bound. */
  void awaitEnd(Duration bound) throws IOException, InterruptedException {
    try {
      handle.onExit().get(bound.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException late) {
      handle.destroyForcibly();
      handle.onExit().join();
    } catch (ExecutionException e) {
      throw new IllegalStateException("can't wait for process " + pid(), e);
    }
    Files.deleteIfExists(node.pidFile());
  }

  @Override
  public String toString() {
    return node.id() + " (pid " + pid() + ")";
  }
}
