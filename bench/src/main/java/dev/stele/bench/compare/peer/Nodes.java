// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.peer;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The processes of a cluster, one for each node. They end with this object, or with this JVM,
 * however that ends. They have nothing to read. Thread-safe.
 */
public final class Nodes implements AutoCloseable {
  /** Lines of a log that are shown when a node does not serve. */
  static final int TAIL_LINES = 15;

  private static final long POLL_MILLIS = 5;

  /**
   * A shell that leaves a guard behind and becomes the node: what is started is what is measured.
   * The guard holds the other end of a pipe that only this JVM writes to, and never does: reading
   * it ends when this JVM does, or when it has seen the node end.
   */
  private static final String GUARDED =
      """
      node=$$
      exec 3<&0 </dev/null
      {
        trap '' HUP INT TERM
        read -r nothing <&3
        kill -KILL "$node" 2>/dev/null
      } &
      exec "$@" 3<&-
      """;

  private final List<Launch> launches;
  private final @Nullable Process[] processes;
  private final Thread hook = new Thread(this::endAll, "end-compared-nodes");
  private boolean closed;

  /** None runs yet. */
  public Nodes(List<Launch> launches) {
    this.launches = List.copyOf(launches);
    this.processes = new Process[launches.size()];
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** How many there are, running or not. */
  public int size() {
    return launches.size();
  }

  /** Starts all of them. */
  public void startAll() throws IOException {
    for (int node = 0; node < launches.size(); node++) {
      start(node);
    }
  }

  /**
   * Starts one that does not run.
   *
   * @throws IOException when there is no such program, or nothing is started any more
   */
  public synchronized void start(int node) throws IOException {
    if (closed || isAlive(node)) {
      throw new IOException(launches.get(node).name() + (closed ? " is closed" : " runs already"));
    }
    Launch launch = launches.get(node);
    Files.createDirectories(launch.directory());
    ProcessBuilder builder =
        new ProcessBuilder(guarded(launch.command()))
            .directory(launch.directory().toFile())
            .redirectErrorStream(true)
            .redirectOutput(Redirect.appendTo(launch.log().toFile()))
            .redirectInput(Redirect.PIPE);
    if (!launch.without().isEmpty()) {
      builder.environment().keySet().removeIf(name -> name.startsWith(launch.without()));
    }
    builder.environment().putAll(launch.environment());
    processes[node] = builder.start();
  }

  private static List<String> guarded(List<String> command) {
    List<String> guarded = new ArrayList<>(List.of("/bin/sh", "-c", GUARDED, "sh"));
    guarded.addAll(command);
    return guarded;
  }

  /** Ends one with SIGKILL, and waits until it is gone. */
  public void kill(int node) throws InterruptedException {
    Process process;
    synchronized (this) {
      process = processes[node];
    }
    if (process != null) {
      process.destroyForcibly().waitFor();
    }
  }

  /** Whether its process runs. */
  public synchronized boolean isAlive(int node) {
    Process process = processes[node];
    return process != null && process.isAlive();
  }

  /** The processes, by node; 0 for one that does not run. */
  public synchronized List<Long> pids() {
    List<Long> pids = new ArrayList<>();
    for (int node = 0; node < processes.length; node++) {
      Process process = processes[node];
      pids.add(process != null && process.isAlive() ? process.pid() : 0L);
    }
    return pids;
  }

  /** The command line of a node as it is seen from outside; empty when it can't be seen. */
  public synchronized List<String> arguments(int node) {
    Process process = processes[node];
    return process == null
        ? List.of()
        : process.info().arguments().map(Arrays::asList).orElse(List.of());
  }

  /**
   * Waits until a node is as it should be.
   *
   * @throws IOException when it ends meanwhile, or is not so within {@code bound}; shows the end of
   *     its log
   */
  public void await(int node, String what, Duration bound, Check check)
      throws IOException, InterruptedException {
    long endNanos = System.nanoTime() + bound.toNanos();
    while (!check.holds()) {
      Launch launch = launches.get(node);
      if (!isAlive(node)) {
        throw new IOException(launch.name() + " has ended" + tail(launch.log()));
      }
      if (System.nanoTime() - endNanos > 0) {
        throw new IOException(
            launch.name() + ": not " + what + " after " + bound + tail(launch.log()));
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  private static String tail(Path log) throws IOException {
    List<String> lines = Files.exists(log) ? Files.readAllLines(log) : List.of();
    List<String> last = lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size());
    return "; the end of " + log + ":\n" + String.join("\n", last);
  }

  private synchronized void endAll() {
    closed = true;
    for (Process process : processes) {
      if (process != null) {
        process.destroyForcibly();
      }
    }
    for (Process process : processes) {
      if (process != null) {
        process.onExit().join();
      }
    }
  }

  /** Ends all of them with SIGKILL, since nobody needs their data, and waits for it. */
  @Override
  public void close() {
    endAll();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException endingAnyway) {
      // The hook runs, or has run: it finds nothing to end.
    }
  }

  /** Something that is waited for. */
  @FunctionalInterface
  public interface Check {
    /** Whether it is so by now. */
    boolean holds() throws IOException, InterruptedException;
  }
}
