// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.load;

import dev.stele.bench.LoadOptions;
import dev.stele.bench.LoadOptions.Operation;
import dev.stele.cli.Terminal;
import dev.stele.client.ReadMode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code stele bench put}. */
@Command(
    name = "put",
    header = "Write as fast as acknowledgements come.",
    description = {
      "Goes on through failovers, and tells the longest time without an acknowledgement. With"
          + " --verify the history of every key is read at the end: exit code 1 unless every"
          + " acknowledged write is in there exactly once, and no refused one."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  stele bench put --clients 512 --connections 4 --duration 30s",
      "  stele bench put --clients 64 --verify -o json",
      "  stele bench put --rate 2000 --clients 256"
    })
public final class BenchPutCommand extends LoadCommand {
  @Option(names = "--verify", description = "Look for every write in its key's history at the end.")
  private boolean verify;

  /** For this terminal. */
  public BenchPutCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  LoadOptions options(LoadCommandOptions common) {
    return common.options(Operation.PUT, verify);
  }

  @Override
  ReadMode readMode() {
    return ReadMode.linearizable();
  }
}
