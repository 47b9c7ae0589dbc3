// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.claim;

import dev.stele.cli.ExitCode;
import dev.stele.cli.StoreCommand;
import dev.stele.cli.Terminal;
import dev.stele.cli.output.Json;
import dev.stele.client.StoreClient;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code stele claim add}. */
@Command(
    name = "add",
    header = "Add idle claims to a pool.",
    description =
        "Those that are there already stay as they are. A pool with a range needs none of it.",
    footerHeading = "%nExamples:%n",
    footer = {"  stele claim add shards a b c", "  stele claim add shards $(seq -w 0 999)"})
public final class ClaimAddCommand extends StoreCommand {
  @Parameters(index = "0", paramLabel = "POOL", description = "The pool, without the kind.")
  private String pool = "";

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "ITEM",
      description = "The last segment of the claim's key.")
  private List<String> items = new ArrayList<>();

  /** For this terminal. */
  public ClaimAddCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  protected int run(StoreClient client) throws Exception {
    Set<String> wanted = new LinkedHashSet<>(items);
    int added = await(client.claims().add(pool, wanted));
    int present = wanted.size() - added;
    if (isJson()) {
      print(Json.object().put("pool", pool).put("added", added).put("present", present));
    } else {
      print(added + " added" + (present == 0 ? "" : ", " + present + " there already"));
    }
    return ExitCode.OK;
  }
}
