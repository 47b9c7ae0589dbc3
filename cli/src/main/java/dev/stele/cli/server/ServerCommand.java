// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.server;

import dev.stele.cli.CliException;
import dev.stele.cli.ExitCode;
import dev.stele.cli.Terminal;
import dev.stele.server.boot.ServerProcess;
import dev.stele.server.boot.config.LoadedConfig;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code stele server}. */
@Command(
    name = "server",
    header = "Run one node.",
    description = {
      "Runs until SIGTERM or Ctrl-C, then hands leadership over and stops. Logs to standard error,"
          + " as text or JSON (log.format).",
      "Exit code 2 when the configuration or the data directory can't be used, 70 after a fault."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  stele server --config config/server.yaml",
      "  stele server --config node.yaml --set log.format=json"
    })
public final class ServerCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private ConfigOptions config = new ConfigOptions();

  @Option(names = "--until-stdin-ends", hidden = true, description = "Stop when stdin is closed.")
  private boolean untilStdinEnds;

  /** For this terminal. */
  public ServerCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (!config.hasFile()) {
      throw CliException.badInput(
          "--config", "is missing; config/server.yaml is a commented start");
    }
    LoadedConfig loaded = config.load(terminal);
    ServerLog.open(loaded.config().log(), loaded.config().node().id());
    if (untilStdinEnds) {
      Thread watcher = new Thread(() -> exitWhenClosed(terminal.in()), "stdin-watch");
      watcher.setDaemon(true);
      watcher.start();
    }
    ServerProcess.run(loaded);
    return ExitCode.OK;
  }

  /** Whoever holds the other end is gone, however it ended: this node must not outlive it. */
  private static void exitWhenClosed(InputStream in) {
    try {
      while (in.read() >= 0) {
        // Nothing is expected; only the end counts.
      }
    } catch (IOException gone) {
      // As good as the end.
    }
    System.exit(ExitCode.OK);
  }
}
