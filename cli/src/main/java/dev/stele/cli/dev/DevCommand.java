// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.dev;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stele.cli.CliException;
import dev.stele.cli.ExitCode;
import dev.stele.cli.OutputOption;
import dev.stele.cli.Terminal;
import dev.stele.cli.output.Json;
import dev.stele.cli.output.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code stele dev}. */
@Command(
    name = "dev",
    header = "Run a local cluster.",
    description = {
      "Starts a cluster of real server processes on this machine and runs until Ctrl-C, or"
          + " returns as soon as it serves (--detach). Its data stay: the next start finds them"
          + " again. A node that has died is started again by calling 'stele dev --detach' once"
          + " more.",
      "",
      "Node i listens at port + 10·i (clients), + 1 (Raft) and + 2 (metrics and health)."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  stele dev --detach",
      "  stele dev --nodes 5 --port 8400 --data /tmp/five",
      "  stele dev --stop",
      "  stele dev --stop --fresh"
    })
public final class DevCommand implements Callable<Integer> {
  private static final int DEFAULT_NODES = 3;
  private static final int DEFAULT_PORT = 7400;

  private final Terminal terminal;

  @Mixin private OutputOption output = new OutputOption();

  @Option(names = "--nodes", paramLabel = "N", description = "How many, 1 to 9 (default: 3).")
  private @Nullable Integer nodes;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = ".stele/dev",
      description = "Where everything is kept (default: .stele/dev).")
  private Path data = Path.of(".stele", "dev");

  @Option(names = "--port", paramLabel = "PORT", description = "The first port (default: 7400).")
  private @Nullable Integer port;

  @Option(names = "--detach", description = "Return when the cluster serves, and leave it running.")
  private boolean detach;

  @Option(names = "--stop", description = "Stop the cluster's processes.")
  private boolean stop;

  @Option(names = "--fresh", description = "Delete the cluster's data first, or after --stop.")
  private boolean fresh;

  /** For this terminal. */
  public DevCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (stop && detach) {
      throw CliException.badInput("--stop", "does not go with --detach");
    }
    Path directory = terminal.resolve(data);
    List<NodeProcess> processes;
    try (DevDirectory taken = DevDirectory.open(directory)) {
      Optional<DevPlan> saved = DevPlan.load(directory);
      if (stop || fresh) {
        List<NodeProcess> stopped = stopAll(saved);
        if (fresh) {
          taken.wipe();
          saved = Optional.empty();
        }
        if (stop) {
          printStopped(directory, stopped);
          return ExitCode.OK;
        }
      }
      DevCluster cluster = new DevCluster(terminal, plan(directory, saved));
      if (!detach && !cluster.running().isEmpty()) {
        throw CliException.badInput(
            "--data", "the cluster in " + directory + " runs already; 'stele dev --stop' stops it");
      }
      say("starting " + cluster.plan().nodes() + " nodes in " + directory);
      processes = cluster.start(!detach);
    }
    printRunning(directory, processes);
    if (!detach) {
      return stayUntilTheEnd(processes);
    }
    return ExitCode.OK;
  }

  /** What was saved stands; other options than those it was made with are refused. */
  private DevPlan plan(Path directory, Optional<DevPlan> saved) {
    if (saved.isEmpty()) {
      return DevPlan.create(
          directory, nodes == null ? DEFAULT_NODES : nodes, port == null ? DEFAULT_PORT : port);
    }
    DevPlan plan = saved.get();
    if (nodes != null && nodes != plan.nodes()) {
      throw other("--nodes", directory, plan.nodes() + " nodes");
    }
    if (port != null && port != plan.port()) {
      throw other("--port", directory, "its first port at " + plan.port());
    }
    return plan;
  }

  private static CliException other(String option, Path directory, String what) {
    return CliException.badInput(
        option,
        "the cluster in "
            + directory
            + " has "
            + what
            + "; --fresh starts over, --data goes elsewhere");
  }

  private List<NodeProcess> stopAll(Optional<DevPlan> saved)
      throws IOException, InterruptedException {
    if (saved.isEmpty()) {
      return List.of();
    }
    List<NodeProcess> running = new DevCluster(terminal, saved.get()).running();
    DevCluster.stop(running);
    return running;
  }

  private int stayUntilTheEnd(List<NodeProcess> processes) throws InterruptedException {
    AtomicBoolean stopping = new AtomicBoolean();
    Thread stopper =
        new Thread(
            () -> {
              stopping.set(true);
              try {
                DevCluster.stop(processes);
              } catch (IOException | InterruptedException e) {
                say("can't stop every node: " + e);
              }
            },
            "stop-nodes");
    Runtime.getRuntime().addShutdownHook(stopper);
    say("runs until Ctrl-C");
    List<NodeProcess> alive = processes;
    while (!alive.isEmpty()) {
      TimeUnit.MILLISECONDS.sleep(500);
      for (NodeProcess process : alive) {
        if (!process.isAlive() && !stopping.get()) {
          say(process + " has ended; see " + process.node().log());
        }
      }
      alive = alive.stream().filter(NodeProcess::isAlive).toList();
    }
    return ExitCode.UNAVAILABLE;
  }

  private void printRunning(Path directory, List<NodeProcess> processes) {
    List<NodeProcess> sorted =
        processes.stream()
            .sorted((a, b) -> Integer.compare(a.node().port(), b.node().port()))
            .toList();
    List<String> endpoints = sorted.stream().map(process -> process.node().client()).toList();
    if (output.isJson()) {
      ObjectNode document = Json.object();
      ArrayNode list = document.putArray("endpoints");
      endpoints.forEach(list::add);
      ArrayNode nodeList = document.put("data", directory.toString()).putArray("nodes");
      sorted.forEach(process -> nodeList.add(json(process)));
      print(Json.write(document) + "\n");
      return;
    }
    Table table = new Table("NODE", "PID", "CLIENT", "PEER", "HTTP", "LOG");
    for (NodeProcess process : sorted) {
      DevNode node = process.node();
      table.row(node.id(), process.pid(), node.client(), node.peer(), node.http(), node.log());
    }
    print(table.text());
    print("endpoints " + String.join(",", endpoints) + "\n");
  }

  private static ObjectNode json(NodeProcess process) {
    DevNode node = process.node();
    return Json.object()
        .put("id", node.id())
        .put("pid", process.pid())
        .put("client", node.client())
        .put("peer", node.peer())
        .put("http", node.http())
        .put("log", node.log().toString());
  }

  private void printStopped(Path directory, List<NodeProcess> stopped) {
    if (output.isJson()) {
      ObjectNode document = Json.object().put("data", directory.toString());
      ArrayNode list = document.putArray("stopped");
      stopped.forEach(
          process -> list.addObject().put("id", process.node().id()).put("pid", process.pid()));
      print(Json.write(document) + "\n");
    } else if (stopped.isEmpty()) {
      print("nothing was running in " + directory + "\n");
    } else {
      print("stopped " + stopped.size() + (stopped.size() == 1 ? " node\n" : " nodes\n"));
    }
  }

  private void print(String text) {
    terminal.out().print(text);
    terminal.out().flush();
  }

  private void say(String line) {
    terminal.err().println("stele: " + line);
    terminal.err().flush();
  }
}
