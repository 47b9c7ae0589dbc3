// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.load;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stele.bench.growth.Finding.Figure;
import dev.stele.bench.growth.Site;
import dev.stele.bench.growth.Site.Sites;
import dev.stele.bench.growth.StoreLoad;
import dev.stele.bench.growth.What;
import dev.stele.bench.watch.GrpcFeed;
import dev.stele.cli.output.Json;
import dev.stele.client.Keys;
import dev.stele.client.NodeStatus;
import dev.stele.client.StoreClient;
import dev.stele.client.kind.KindPolicy;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Stream;

/** Clusters by {@code stele dev}, started through the launcher. */
final class DevSites implements Sites {
  private static final int CONNECTIONS = 4;
  private static final long FACTS_MAX = 10_000_000;

  private final Path launcher;
  private final Path directory;
  private final int port;
  private final ScheduledExecutorService timer;
  private int started;

  /**
   * Clusters.
   *
   * @param directory where their data are while they run
   * @param port the first port of the first cluster; each has a hundred of its own
   */
  DevSites(Path launcher, Path directory, int port, ScheduledExecutorService timer) {
    this.launcher = launcher;
    this.directory = directory;
    this.port = port;
    this.timer = timer;
  }

  @Override
  public Site start(int nodes) throws IOException, InterruptedException {
    Path data = directory.resolve("grow-" + started);
    int first = port + 100 * started;
    started++;
    DevSite site = new DevSite(data);
    boolean serving = false;
    try {
      site.start("--nodes", String.valueOf(nodes), "--port", String.valueOf(first));
      serving = true;
      return site;
    } finally {
      if (!serving) {
        site.close();
      }
    }
  }

  private final class DevSite implements Site {
    private final Path data;
    private final List<StoreClient> clients = new ArrayList<>();
    private StoreLoad load = new StoreLoad(List.of(), timer, System::nanoTime);
    private String endpoints = "";

    DevSite(Path data) {
      this.data = data;
    }

    void start(String... shape) throws IOException, InterruptedException {
      List<String> command = dev("--detach", "-o", "json");
      command.addAll(List.of(shape));
      JsonNode running = Json.read(run(command));
      List<String> list = new ArrayList<>();
      running.get("endpoints").forEach(each -> list.add(each.asText()));
      endpoints = String.join(",", list);
      for (int i = 0; i < CONNECTIONS; i++) {
        clients.add(StoreClient.builder().endpoints(endpoints).build());
      }
      load = new StoreLoad(clients, timer, System::nanoTime);
      try {
        clients
            .get(0)
            .facts()
            .put(Keys.kind("config"), KindPolicy.builtIn().withMaxFacts(FACTS_MAX))
            .join();
      } catch (CompletionException failure) {
        throw new IOException("the limit of facts can't be raised", failure.getCause());
      }
    }

    private List<String> dev(String... more) {
      List<String> command =
          new ArrayList<>(List.of(launcher.toString(), "dev", "--data", data.toString()));
      command.addAll(List.of(more));
      return command;
    }

    /** What the command prints. */
    private String run(List<String> command) throws IOException, InterruptedException {
      File said = Files.createTempFile("stele-dev", ".log").toFile();
      try {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(Redirect.to(said));
        // The jars are those that this process runs from.
        builder.environment().put("STELE_NO_BUILD", "1");
        builder.environment().putIfAbsent("STELE_SERVER_HEAP", "512m");
        Process process = builder.start();
        process.getOutputStream().close();
        String printed =
            new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
          throw new IOException(Files.readString(said.toPath()).strip());
        }
        return printed;
      } finally {
        Files.delete(said.toPath());
      }
    }

    @Override
    public void fill(int from, int to) throws IOException, InterruptedException {
      load.fill(from, to);
    }

    @Override
    public void warmUp(Duration duration) throws IOException, InterruptedException {
      if (!duration.isZero()) {
        for (What what : List.of(What.PUT, What.GET, What.LIST)) {
          Figure unused = load.measure(what, 10_000, duration.dividedBy(3));
        }
      }
    }

    @Override
    public Figure measure(What what, int facts, Duration duration)
        throws IOException, InterruptedException {
      return load.measure(what, facts, duration);
    }

    @Override
    public Figure watch(int watchers, Duration duration) throws IOException, InterruptedException {
      try (GrpcFeed feed = new GrpcFeed(follower().client())) {
        return load.watch(feed, watchers, duration);
      }
    }

    /** One that follows; of a single node, that one. */
    private NodeStatus follower() throws IOException {
      List<NodeStatus> nodes;
      try {
        nodes = clients.get(0).cluster().status().join().nodes();
      } catch (CompletionException failure) {
        throw new IOException("nobody tells who leads", failure.getCause());
      }
      return nodes.stream()
          .filter(node -> node.role() == NodeStatus.Role.FOLLOWER)
          .findFirst()
          .orElseGet(() -> nodes.get(0));
    }

    @Override
    public long diskBytes() throws IOException {
      long sum = 0;
      try (Stream<Path> files = Files.walk(data.resolve(follower().id()).resolve("data"))) {
        for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
          sum += size(file);
        }
      }
      return sum;
    }

    /** Files come and go while the node works. */
    private static long size(Path file) throws IOException {
      try {
        return Files.size(file);
      } catch (NoSuchFileException gone) {
        return 0;
      }
    }

    @Override
    public Figure restart() throws IOException, InterruptedException {
      String follower = follower().id();
      Path noted = data.resolve(follower).resolve("pid");
      long pid = Long.parseLong(Files.readString(noted).strip().split(" ", -1)[0]);
      ProcessHandle handle =
          ProcessHandle.of(pid).orElseThrow(() -> new IOException(follower + " has ended"));
      handle.destroyForcibly();
      handle.onExit().join();
      long from = System.nanoTime();
      String unused = run(dev("--detach"));
      return new Figure(
          (System.nanoTime() - from) / 1e6, 0, 0, "by 'stele dev', until it is ready");
    }

    @Override
    public void close() throws IOException {
      clients.forEach(StoreClient::close);
      try {
        // Stops what it finds; an interruption that ended the run must not end this.
        boolean interrupted = Thread.interrupted();
        String unused = run(dev("--stop", "--fresh"));
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      } catch (InterruptedException again) {
        Thread.currentThread().interrupt();
        throw new IOException("the cluster in " + data + " may still run", again);
      }
    }
  }
}
