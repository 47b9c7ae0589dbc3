// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.load;

import dev.stele.bench.member.MemberOptions;
import dev.stele.bench.member.MemberRun;
import dev.stele.bench.member.MemberRunReport;
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
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code stele bench member}. */
@Command(
    name = "member",
    header = "Have many members report their capacity each second.",
    description = {
      "Registers --members members from one process. Each reports its capacity each second, a"
          + " little off what is written: below the threshold from which on it matters. Nothing of"
          + " it must enter the log, and no member must be lost (exit code 1 otherwise). Nobody"
          + " else should write meanwhile. The members are deregistered at the end."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  stele bench member --members 10000 --for 30s",
      "  stele bench member --members 1000 --ttl 5s --duration 10s -o json"
    })
public final class BenchMemberCommand implements Callable<Integer> {
  private static final String PREFIX = "bench/";

  private final Terminal terminal;

  @Mixin private OutputOption output = new OutputOption();

  @Mixin private StoreOptions store = new StoreOptions();

  @Mixin private SharedOptions shared = new SharedOptions();

  @Option(
      names = "--members",
      paramLabel = "N",
      defaultValue = "10000",
      description = "Members that are registered (default: 10000).")
  private int members = 10_000;

  @Option(
      names = "--ttl",
      paramLabel = "DURATION",
      defaultValue = "10s",
      description = "Of each one's lease (default: 10s).")
  private Duration ttl = Duration.ofSeconds(10);

  /** For this terminal. */
  public BenchMemberCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Exception {
    MemberOptions options = options();
    int connections = shared.connections(1, LoadCommandOptions.CONNECTIONS_MAX);
    List<StoreClient> clients = store.open(terminal, connections);
    LoadProgress progress = new LoadProgress(terminal);
    try {
      return report(
          new MemberRun(options, clients, System::nanoTime).run(progress::show), progress);
    } finally {
      clients.forEach(StoreClient::close);
    }
  }

  private MemberOptions options() {
    try {
      return new MemberOptions(members, ttl, shared.duration(), shared.prefix(PREFIX));
    } catch (IllegalArgumentException outOfRange) {
      throw CliException.badInput("arguments", String.valueOf(outOfRange.getMessage()));
    }
  }

  private int report(MemberRunReport report, LoadProgress progress) {
    progress.end();
    terminal
        .out()
        .print(
            output.isJson()
                ? Json.write(MemberText.json(report)) + "\n"
                : MemberText.table(report));
    terminal.out().flush();
    return report.holds() ? ExitCode.OK : ExitCode.REFUSED;
  }
}
