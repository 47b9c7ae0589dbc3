// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.load;

import dev.stele.bench.StoreTarget;
import dev.stele.bench.Target;
import dev.stele.bench.watch.GrpcFeed;
import dev.stele.bench.watch.WatchOptions;
import dev.stele.bench.watch.WatchReport;
import dev.stele.bench.watch.WatchRun;
import dev.stele.cli.CliException;
import dev.stele.cli.ExitCode;
import dev.stele.cli.OutputOption;
import dev.stele.cli.StoreOptions;
import dev.stele.cli.Terminal;
import dev.stele.cli.output.Json;
import dev.stele.client.NodeStatus;
import dev.stele.client.ReadMode;
import dev.stele.client.StoreClient;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code stele bench watch}. */
@Command(
    name = "watch",
    header = "Write at a steady rate, and measure how changes reach those who watch.",
    description = {
      "Every watch must see each acknowledged write once and in order: exit code 1 otherwise. Delays"
          + " count from the moment at which a write was due. The watches use the protocol itself,"
          + " all at one node.",
      "With --stalled so many more watches read nothing until the writes are over, and then catch up."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  stele bench watch --watchers 1000 --connections 100 --rate 200",
      "  stele bench watch --watchers 10000 --own-keys --keys 10000 --rate 1000 --connections 100"
    })
public final class BenchWatchCommand implements Callable<Integer> {
  private static final int DEFAULT_CONNECTIONS = 10;
  private static final int DEFAULT_KEYS = 1_000;

  private final Terminal terminal;

  @Mixin private OutputOption output = new OutputOption();

  @Mixin private StoreOptions store = new StoreOptions();

  @Mixin private FactOptions facts = new FactOptions();

  @Option(
      names = "--watchers",
      paramLabel = "N",
      defaultValue = "100",
      description = "Watches (default: 100).")
  private int watchers = 100;

  @Option(
      names = "--stalled",
      paramLabel = "N",
      defaultValue = "0",
      description = "Watches besides that stall (default: 0).")
  private int stalled;

  @Option(names = "--own-keys", description = "Each watch sees one key, not all of them.")
  private boolean ownKeys;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "100",
      description = "Writes a second (default: 100).")
  private int rate = 100;

  @Option(
      names = "--from",
      paramLabel = "REVISION",
      defaultValue = "0",
      description = "One more watch begins there, once the measured time does.")
  private long fromRevision;

  @Option(
      names = "--node",
      paramLabel = "HOST:PORT",
      description = "The node that is watched (default: the first that follows).")
  private @Nullable String node;

  /** For this terminal. */
  public BenchWatchCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Exception {
    WatchOptions options = options();
    ScheduledExecutorService timer =
        Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "bench-timer"));
    try (StoreClient client = store.open(terminal);
        GrpcFeed feed = new GrpcFeed(node(client))) {
      Target target = new StoreTarget(client, ReadMode.linearizable());
      LoadProgress progress = new LoadProgress(terminal);
      WatchReport report =
          new WatchRun(options, feed, target, timer, System::nanoTime).run(progress::show);
      progress.end();
      terminal
          .out()
          .print(
              output.isJson()
                  ? Json.write(WatchText.json(report)) + "\n"
                  : WatchText.table(report));
      terminal.out().flush();
      return report.holds() ? ExitCode.OK : ExitCode.REFUSED;
    } catch (TimeoutException late) {
      throw CliException.unavailable(String.valueOf(late.getMessage()));
    } finally {
      timer.shutdownNow();
    }
  }

  private WatchOptions options() {
    String prefix = facts.prefix();
    int connections = facts.connections(DEFAULT_CONNECTIONS, WatchOptions.STREAMS_MAX);
    try {
      return new WatchOptions(
          watchers,
          stalled,
          connections,
          ownKeys,
          rate,
          facts.keys(DEFAULT_KEYS),
          facts.warmup(),
          facts.duration(),
          facts.valueBytes(),
          prefix,
          fromRevision);
    } catch (IllegalArgumentException outOfRange) {
      throw CliException.badInput("arguments", String.valueOf(outOfRange.getMessage()));
    }
  }

  private String node(StoreClient client) throws Exception {
    if (node != null) {
      return node;
    }
    List<NodeStatus> nodes = client.cluster().status().get().nodes();
    return nodes.stream()
        .filter(NodeStatus::healthy)
        .filter(each -> each.role() == NodeStatus.Role.FOLLOWER)
        .findFirst()
        .orElse(nodes.get(0))
        .client();
  }
}
