// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.load;

import dev.stele.bench.LoadOptions;
import dev.stele.bench.LoadReport;
import dev.stele.bench.LoadRun;
import dev.stele.bench.StoreTarget;
import dev.stele.bench.Target;
import dev.stele.cli.CliException;
import dev.stele.cli.ExitCode;
import dev.stele.cli.OutputOption;
import dev.stele.cli.StoreOptions;
import dev.stele.cli.Terminal;
import dev.stele.cli.output.Json;
import dev.stele.client.ReadMode;
import dev.stele.client.Selector;
import dev.stele.client.StoreClient;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Mixin;

/** Runs a load and prints what it found. */
abstract class LoadCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private OutputOption output = new OutputOption();

  @Mixin private StoreOptions store = new StoreOptions();

  @Mixin private LoadCommandOptions load = new LoadCommandOptions();

  LoadCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /** What is to be run, of what all loads have in common. */
  abstract LoadOptions options(LoadCommandOptions common);

  /** How reads are done. */
  abstract ReadMode readMode();

  @Override
  public final Integer call() throws Exception {
    LoadOptions options = options(load);
    List<StoreClient> clients = store.open(terminal, load.connections());
    ScheduledExecutorService timer =
        Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "bench-timer"));
    try {
      // So that a cluster which is not there is said at once, and not after the run.
      var unused = clients.get(0).cluster().status().get();
      LoadReport report = run(options, clients, timer);
      terminal.out().print(text(report));
      terminal.out().flush();
      if (!load.keep()) {
        cleanUp(clients.get(0));
      }
      return code(report);
    } finally {
      timer.shutdownNow();
      clients.forEach(StoreClient::close);
    }
  }

  private LoadReport run(
      LoadOptions options, List<StoreClient> clients, ScheduledExecutorService timer)
      throws InterruptedException {
    List<Target> targets =
        clients.stream().map(client -> (Target) new StoreTarget(client, readMode())).toList();
    long name = new SecureRandom().nextLong();
    LoadProgress progress = new LoadProgress(terminal);
    try {
      return new LoadRun(options, targets, timer, System::nanoTime, name).run(progress::show);
    } catch (TimeoutException late) {
      throw CliException.unavailable(String.valueOf(late.getMessage()));
    } finally {
      progress.end();
    }
  }

  private String text(LoadReport report) {
    return output.isJson() ? Json.write(LoadText.json(report)) + "\n" : LoadText.table(report);
  }

  /** What the load wrote is of no use to anybody. That it stays is worth a word, and no failure. */
  private void cleanUp(StoreClient client) throws InterruptedException {
    try {
      var unused =
          client
              .facts()
              .deleteAll(Selector.prefix(load.prefix()))
              .get(StoreOptions.TIMEOUT_MAX.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException failure) {
      terminal.err().println("stele: the facts below " + load.prefix() + " stay: " + failure);
    }
  }

  private static int code(LoadReport report) {
    LoadReport.Verification verification = report.verification();
    if (verification != null && !verification.holds()) {
      return ExitCode.REFUSED;
    }
    return report.operations() == 0 ? ExitCode.UNAVAILABLE : ExitCode.OK;
  }
}
