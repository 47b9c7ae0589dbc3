// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.load;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stele.bench.compare.run.Ports;
import dev.stele.bench.growth.Finding;
import dev.stele.bench.growth.GrowthPlan;
import dev.stele.bench.growth.GrowthRun;
import dev.stele.bench.growth.GrowthTable;
import dev.stele.bench.growth.SteleSites;
import dev.stele.cli.CliException;
import dev.stele.cli.ExitCode;
import dev.stele.cli.OutputOption;
import dev.stele.cli.Terminal;
import dev.stele.cli.output.Json;
import dev.stele.cli.output.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code stele bench growth}. */
@Command(
    name = "growth",
    header = "Measure clusters that grow: facts, nodes, watchers.",
    description = {
      "Starts clusters of its own and stops them; a node's heap is 512 MB where STELE_SERVER_HEAP"
          + " says nothing else. Puts, gets and lists come from 64 clients; of watches the delay is"
          + " told, from when a write was due. What has no list is measured at 3 nodes and 10,000"
          + " facts. Takes about 10 minutes.",
      "",
      "Writes growth.csv to --out. Exit code 3 when nothing could be measured."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  stele bench growth",
      "  stele bench growth --facts 10000,100000 --nodes - --watchers -",
      "  stele bench growth --facts - --nodes 1,3,5,7 --watchers - -o json"
    })
public final class BenchGrowthCommand implements Callable<Integer> {
  private static final String NONE = "-";

  private final Terminal terminal;

  @Mixin private OutputOption output = new OutputOption();

  @Mixin private OutOption out = new OutOption();

  @Option(
      names = "--facts",
      paramLabel = "N,…",
      defaultValue = "10000,100000,1000000",
      description = "Facts, up to 1000000; - for none (default: 10000,100000,1000000).")
  private String facts = NONE;

  @Option(
      names = "--nodes",
      paramLabel = "N,…",
      defaultValue = "1,3,5",
      description = "Nodes, up to 9; - for none (default: 1,3,5).")
  private String nodes = NONE;

  @Option(
      names = "--watchers",
      paramLabel = "N,…",
      defaultValue = "1,10,100,1000,10000",
      description = "Watchers, up to 20000; - for none (default: 1,10,100,1000,10000).")
  private String watchers = NONE;

  @Option(
      names = "--warmup",
      paramLabel = "DURATION",
      defaultValue = "20s",
      description = "Load before the first figure of each cluster (default: 20s).")
  private Duration warmup = Duration.ofSeconds(20);

  @Option(
      names = "--duration",
      paramLabel = "DURATION",
      defaultValue = "5s",
      description = "Measured time of each figure (default: 5s).")
  private Duration duration = Duration.ofSeconds(5);

  /** For this terminal. */
  public BenchGrowthCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    GrowthPlan plan;
    Ports ports;
    try {
      plan =
          new GrowthPlan(
              numbers("--facts", facts),
              numbers("--nodes", nodes),
              numbers("--watchers", watchers),
              warmup,
              duration);
      ports = new Ports(out.port());
    } catch (IllegalArgumentException outOfRange) {
      throw CliException.badInput("arguments", String.valueOf(outOfRange.getMessage()));
    }
    String launcher = terminal.environment().get("STELE_LAUNCHER");
    if (launcher == null) {
      throw CliException.badInput(
          "STELE_LAUNCHER", "is not set: clusters are started through the script 'stele'");
    }
    Path directory = out.resolve(terminal);
    Files.createDirectories(directory);
    return StopOnSignal.run(() -> run(plan, Path.of(launcher), ports, directory));
  }

  private int run(GrowthPlan plan, Path launcher, Ports ports, Path directory) throws IOException {
    ScheduledExecutorService timer =
        Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "bench-timer"));
    List<Finding> findings;
    try {
      SteleSites sites =
          new SteleSites(launcher, terminal.environment(), directory.resolve("data"), ports, timer);
      findings = new GrowthRun(plan, sites, this::say).run();
    } finally {
      timer.shutdownNow();
    }
    Files.writeString(directory.resolve("growth.csv"), GrowthTable.csv(findings));
    say("written to " + directory);
    terminal.out().print(output.isJson() ? Json.write(json(findings)) + "\n" : table(findings));
    terminal.out().flush();
    boolean any = findings.stream().anyMatch(finding -> finding.figure().isPresent());
    return any ? ExitCode.OK : ExitCode.UNAVAILABLE;
  }

  static String table(List<Finding> findings) {
    Table table =
        new Table(
            GrowthTable.HEADS.stream()
                .map(head -> head.toUpperCase(Locale.ROOT))
                .toArray(String[]::new));
    findings.forEach(finding -> table.row(GrowthTable.cells(finding).toArray()));
    return table.text();
  }

  static ObjectNode json(List<Finding> findings) {
    ObjectNode document = Json.object();
    ArrayNode list = document.putArray("findings");
    for (Finding finding : findings) {
      ObjectNode object =
          list.addObject()
              .put("what", finding.what().id())
              .put("nodes", finding.nodes())
              .put("facts", finding.facts())
              .put("watchers", finding.watchers())
              .put("unit", finding.what().unit());
      finding
          .figure()
          .ifPresentOrElse(
              figure ->
                  object
                      .put("value", ReportLines.rounded(figure.value()))
                      .put("p50Millis", ReportLines.rounded(figure.p50Millis()))
                      .put("p99Millis", ReportLines.rounded(figure.p99Millis()))
                      .put("note", figure.note()),
              () -> object.put("problem", finding.problem()));
    }
    return document;
  }

  private static List<Integer> numbers(String option, String text) {
    if (text.equals(NONE)) {
      return List.of();
    }
    try {
      return Stream.of(text.split(",", -1)).map(Integer::valueOf).toList();
    } catch (NumberFormatException wrong) {
      throw CliException.badInput(option, "'" + text + "' is no list of numbers");
    }
  }

  private void say(String line) {
    terminal.err().println("stele: " + line);
    terminal.err().flush();
  }
}
