// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.load;

import dev.stele.bench.lease.HoldOptions;
import dev.stele.bench.lease.HoldReport;
import dev.stele.bench.lease.HoldRun;
import dev.stele.bench.lease.WaitReport;
import dev.stele.bench.lease.WaitRun;
import dev.stele.cli.CliException;
import dev.stele.cli.ExitCode;
import dev.stele.cli.OutputOption;
import dev.stele.cli.StoreOptions;
import dev.stele.cli.Terminal;
import dev.stele.cli.output.Json;
import dev.stele.client.StoreClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code stele bench lease}. */
@Command(
    name = "lease",
    header = "Hold many leases, or have many wait for one.",
    description = {
      "Holds --leases leases from one process, which renews them; none must be lost (exit code 1"
          + " otherwise), and renewals must leave the log as it is.",
      "With --waiters so many wait for one lease instead, each of which releases it as soon as it has"
          + " it and waits again. The delay counts from before a release was sent until the next"
          + " waiter knows that it has the lease."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  stele bench lease --leases 10000 --ttl 10s --duration 30s",
      "  stele bench lease --waiters 100 --duration 10s -o json"
    })
public final class BenchLeaseCommand implements Callable<Integer> {
  private static final String PREFIX = "bench/";

  private final Terminal terminal;

  @Mixin private OutputOption output = new OutputOption();

  @Mixin private StoreOptions store = new StoreOptions();

  @Mixin private SharedOptions shared = new SharedOptions();

  @Option(
      names = "--leases",
      paramLabel = "N",
      defaultValue = "10000",
      description = "Leases that are held (default: 10000).")
  private int leases = 10_000;

  @Option(names = "--waiters", paramLabel = "N", description = "Who wait for one lease.")
  private @Nullable Integer waiters;

  @Option(
      names = "--ttl",
      paramLabel = "DURATION",
      defaultValue = "10s",
      description = "Of each lease (default: 10s).")
  private Duration ttl = Duration.ofSeconds(10);

  /** For this terminal. */
  public BenchLeaseCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Exception {
    HoldOptions options = options();
    int connections = shared.connections(1, LoadCommandOptions.CONNECTIONS_MAX);
    List<StoreClient> clients = store.open(terminal, connections);
    LoadProgress progress = new LoadProgress(terminal);
    try {
      return waiters == null
          ? report(new HoldRun(options, clients, System::nanoTime).run(progress::show), progress)
          : report(new WaitRun(options, clients, System::nanoTime).run(progress::show), progress);
    } finally {
      clients.forEach(StoreClient::close);
    }
  }

  private HoldOptions options() {
    try {
      return new HoldOptions(
          waiters == null ? leases : waiters, ttl, shared.duration(), shared.prefix(PREFIX));
    } catch (IllegalArgumentException outOfRange) {
      throw CliException.badInput("arguments", String.valueOf(outOfRange.getMessage()));
    }
  }

  private int report(HoldReport report, LoadProgress progress) {
    progress.end();
    print(output.isJson() ? Json.write(LeaseText.json(report)) + "\n" : LeaseText.table(report));
    return report.lost() == 0 ? ExitCode.OK : ExitCode.REFUSED;
  }

  private int report(WaitReport report, LoadProgress progress) {
    progress.end();
    print(output.isJson() ? Json.write(LeaseText.json(report)) + "\n" : LeaseText.table(report));
    return report.holds() ? ExitCode.OK : ExitCode.REFUSED;
  }

  private void print(String text) {
    terminal.out().print(text);
    terminal.out().flush();
  }
}
