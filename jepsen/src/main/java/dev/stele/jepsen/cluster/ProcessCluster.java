// SPDX-License-Identifier: Apache-2.0
package dev.stele.jepsen.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stele.jepsen.cluster.Launcher.Finished;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A cluster of real server processes on loopback. It ends only processes that it started, by their
 * ids.
 */
public final class ProcessCluster implements AutoCloseable {
  private static final Duration START_TIMEOUT = Duration.ofMinutes(2);

  private final Launcher launcher;
  private final Path data;
  private final int basePort;
  private List<Node> nodes = List.of();

  /** Nothing runs yet; {@code data} is where the nodes keep what they must not lose. */
  public ProcessCluster(Launcher launcher, Path data, int basePort) {
    this.launcher = launcher;
    this.data = data;
    this.basePort = basePort;
  }

  /**
   * Starts the nodes that do not run, on the data that is there. Returns once all of them serve.
   */
  public void start() {
    Finished started =
        launcher.run(
            START_TIMEOUT,
            "dev",
            "--detach",
            "--data",
            data.toString(),
            "--port",
            Integer.toString(basePort),
            "-o",
            "json");
    if (started.exitCode() != 0) {
      throw new IllegalStateException("dev --detach: " + started.errors());
    }
    List<Node> running = new ArrayList<>();
    for (JsonNode node : started.json().get("nodes")) {
      running.add(
          new Node(node.get("id").asText(), node.get("pid").asLong(), node.get("client").asText()));
    }
    nodes = List.copyOf(running);
  }

  public List<Node> nodes() {
    return nodes;
  }

  /** Addresses of all nodes, as commands take them. */
  public String endpoints() {
    return String.join(",", nodes.stream().map(Node::client).toList());
  }

  /** The node that leads, as the cluster itself tells. */
  public Node leader() {
    Finished status =
        launcher.run(
            Duration.ofSeconds(30), "cluster", "status", "--endpoints", endpoints(), "-o", "json");
    String id = status.json().get("leader").asText();
    return nodes.stream()
        .filter(node -> node.id().equals(id))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no leader: " + status));
  }

  /** Kills a node as {@code kill -9} does; returns once its process is gone. */
  public void kill(Node node) {
    ProcessHandle.of(node.pid())
        .ifPresent(
            handle -> {
              CompletableFuture<ProcessHandle> gone = handle.onExit();
              handle.destroyForcibly();
              gone.join();
            });
  }

  /** Kills every node. */
  public void killAll() {
    nodes.forEach(this::kill);
  }

  /** Stops what runs, the way a user does. */
  @Override
  public void close() {
    launcher.run(START_TIMEOUT, "dev", "--stop", "--data", data.toString());
  }

  /** A server process. */
  public record Node(String id, long pid, String client) {}
}
