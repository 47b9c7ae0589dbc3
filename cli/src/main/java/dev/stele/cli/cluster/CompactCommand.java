// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.cluster;

import dev.stele.cli.CliException;
import dev.stele.cli.ExitCode;
import dev.stele.cli.StoreCommand;
import dev.stele.cli.Terminal;
import dev.stele.cli.output.Json;
import dev.stele.client.StoreClient;
import dev.stele.client.error.Reason;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code stele compact}. */
@Command(
    name = "compact",
    header = "Give up the history before a revision.",
    description = {
      "R becomes the oldest revision that can be read. What stands now is not touched. Nodes free"
          + " the room in the background, and writes go on meanwhile.",
      "Nodes do this by themselves for history beyond compaction.keep-age and"
          + " compaction.keep-revisions of their configuration. Prints where the floor stands then:"
          + " it never goes back."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  stele compact 120000", "  stele compact 120000 -o json | jq .floor"})
public final class CompactCommand extends StoreCommand {
  @Parameters(paramLabel = "R", description = "From 1 to the store's revision.")
  private long revision;

  /** For this terminal. */
  public CompactCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  protected int run(StoreClient client) throws Exception {
    if (revision < 1) {
      throw new CliException(
          Reason.INVALID_FIELD, "R is " + revision + ", at least 1 is needed", "R");
    }
    long floor = await(client.cluster().compact(revision));
    if (isJson()) {
      print(Json.object().put("floor", floor));
    } else {
      print("floor " + floor);
    }
    return ExitCode.OK;
  }
}
