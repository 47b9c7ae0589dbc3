// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.load;

import dev.stele.bench.compare.Contender;
import dev.stele.bench.compare.peer.Contenders;
import dev.stele.bench.compare.report.ReportFiles;
import dev.stele.bench.compare.report.Summary;
import dev.stele.bench.compare.run.Machine;
import dev.stele.bench.compare.run.Names;
import dev.stele.bench.compare.run.Plan;
import dev.stele.bench.compare.run.Ports;
import dev.stele.bench.compare.run.Results;
import dev.stele.bench.compare.run.Row;
import dev.stele.bench.compare.run.Runner;
import dev.stele.bench.compare.run.Times;
import dev.stele.bench.compare.run.Workbench;
import dev.stele.cli.CliException;
import dev.stele.cli.ExitCode;
import dev.stele.cli.OutputOption;
import dev.stele.cli.Terminal;
import dev.stele.cli.output.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code stele bench compare}. */
@Command(
    name = "compare",
    header = "Run Stele, etcd and ZooKeeper side by side, and tell who is ahead.",
    description = {
      "Starts each as three processes on loopback with its default durability, one system at a time"
          + " and in turns (A B C A B C), warms it up, and measures the same rows on all. What is"
          + " not installed is left out, and the table says so. Nothing else should run meanwhile.",
      "",
      "Writes results.csv, report.md, chart.svg and chart.png to --out. Ctrl-C stops everything, and"
          + " writes what was measured by then. Takes about 35 minutes, with --quick about 6.",
      "",
      "Exit code 3 when nothing could be measured."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  stele bench compare",
      "  stele bench compare --quick",
      "  stele bench compare --only put-64,put-512 --contenders stele,etcd --rounds 5"
    })
public final class BenchCompareCommand implements Callable<Integer> {
  private static final int FULL_ROUNDS = 3;
  private static final int QUICK_ROUNDS = 1;

  private final Terminal terminal;

  @Spec private @Nullable CommandSpec spec;

  @Mixin private OutputOption output = new OutputOption();

  @Mixin private OutOption out = new OutOption();

  @Option(
      names = "--quick",
      description = "A look: one round, short rows, a restart with 20,000 keys, no limits.")
  private boolean quick;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "ROW",
      completionCandidates = RowIds.class,
      description = "Rows, split by commas: ${COMPLETION-CANDIDATES} (default: all).")
  private String[] only = {};

  @Option(
      names = "--contenders",
      split = ",",
      paramLabel = "NAME",
      description =
          "Systems, split by commas, as the table names them or in short: stele,"
              + " stele-one-rpc-a-call, etcd, zookeeper, … (default: all).")
  private String[] chosen = {};

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "Turns of each, up to 20 (default: 3, with --quick 1).")
  private @Nullable Integer rounds;

  /** For this terminal. */
  public BenchCompareCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /** What {@code --only} takes. */
  static final class RowIds extends ArrayList<String> {
    private static final long serialVersionUID = 1L;

    RowIds() {
      super(Arrays.stream(Row.values()).map(Row::id).toList());
    }
  }

  @Override
  public Integer call() throws IOException {
    List<Contender> all = new ArrayList<>(Contenders.all(terminal.environment()));
    List<Contender> wanted = wanted(all);
    Times times = quick ? Times.QUICK : Times.FULL;
    List<Row> rows = rows();
    int turns = rounds == null ? quick ? QUICK_ROUNDS : FULL_ROUNDS : rounds;
    Path directory = out.resolve(terminal);
    Plan plan;
    Ports ports;
    try {
      plan = new Plan(times, turns, rows, directory.resolve("data"));
      ports = new Ports(out.port());
    } catch (IllegalArgumentException outOfRange) {
      throw CliException.badInput("arguments", String.valueOf(outOfRange.getMessage()));
    }
    Files.createDirectories(plan.directory());
    return StopOnSignal.run(() -> run(plan, wanted, ports, directory));
  }

  private int run(Plan plan, List<Contender> wanted, Ports ports, Path directory)
      throws IOException {
    Machine machine = Machine.look(plan.directory());
    say(machine.text());
    ScheduledExecutorService timer =
        Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "bench-timer"));
    Results results;
    try {
      Workbench bench = new Workbench(plan.times(), timer, System::nanoTime);
      results = new Runner(plan, wanted, bench, machine, ports, this::say).run();
    } finally {
      timer.shutdownNow();
    }
    Summary summary = new Summary(results);
    ReportFiles.write(summary, commandLine(), directory).ifPresent(this::say);
    say("written to " + directory);
    terminal
        .out()
        .print(
            output.isJson()
                ? Json.write(CompareText.json(summary, directory)) + "\n"
                : CompareText.table(summary));
    terminal.out().flush();
    boolean any = results.samples().stream().anyMatch(sample -> sample.measured().isPresent());
    return any ? ExitCode.OK : ExitCode.UNAVAILABLE;
  }

  private List<Row> rows() {
    Set<Row> rows = new LinkedHashSet<>();
    for (String id : only) {
      rows.add(
          Row.of(id)
              .orElseThrow(
                  () ->
                      CliException.badInput(
                          "--only", "there is no row '" + id + "'; there are " + new RowIds())));
    }
    // In the order of measuring, whatever the order of asking was.
    return Arrays.stream(Row.values()).filter(row -> rows.isEmpty() || rows.contains(row)).toList();
  }

  private List<Contender> wanted(List<Contender> all) {
    for (String name : chosen) {
      if (all.stream().noneMatch(contender -> Names.match(contender.name(), name))) {
        throw CliException.badInput(
            "--contenders",
            "there is no '"
                + name
                + "'; there are "
                + String.join(", ", all.stream().map(each -> Names.id(each.name())).toList()));
      }
    }
    return all.stream()
        .filter(
            contender ->
                chosen.length == 0
                    ? !(quick && Names.isLimit(contender.name()))
                    : Arrays.stream(chosen).anyMatch(name -> Names.match(contender.name(), name)))
        .toList();
  }

  private String commandLine() {
    return spec == null
        ? "stele bench compare"
        : "stele " + String.join(" ", spec.root().commandLine().getParseResult().originalArgs());
  }

  private void say(String line) {
    terminal.err().println("stele: " + line);
    terminal.err().flush();
  }
}
