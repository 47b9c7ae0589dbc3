// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.load;

import dev.stele.bench.LoadOptions;
import dev.stele.bench.LoadOptions.Operation;
import dev.stele.cli.Terminal;
import dev.stele.client.ReadMode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code stele bench get}. */
@Command(
    name = "get",
    header = "Read as fast as answers come.",
    description = "Writes the keys first, then reads them.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  stele bench get --clients 512 --connections 4 --duration 30s",
      "  stele bench get --clients 64 --local"
    })
public final class BenchGetCommand extends LoadCommand {
  @Option(names = "--local", description = "Local reads in place of linearizable ones.")
  private boolean local;

  /** For this terminal. */
  public BenchGetCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  LoadOptions options(LoadCommandOptions common) {
    return common.options(Operation.GET, false);
  }

  @Override
  ReadMode readMode() {
    return local ? ReadMode.local() : ReadMode.linearizable();
  }
}
