// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.cluster;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stele.cli.ExitCode;
import dev.stele.cli.StoreCommand;
import dev.stele.cli.Terminal;
import dev.stele.cli.output.Json;
import dev.stele.cli.output.Table;
import dev.stele.client.StateComparison;
import dev.stele.client.StateComparison.NodeHash;
import dev.stele.client.StoreClient;
import java.util.HexFormat;
import java.util.OptionalLong;
import picocli.CommandLine.Command;

/** {@code stele hash}. */
@Command(
    name = "hash",
    header = "Compare the states of all nodes.",
    description = {
      "Asks every node for the hash of its whole replicated state at one index of the log. Nodes"
          + " that are a little behind are waited for.",
      "Ends with 0 when all are equal, with 1 when any two differ, and with 3 when a node did not"
          + " answer and the others are equal."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  stele hash", "  stele hash -o json | jq .equal"})
public final class HashCommand extends StoreCommand {
  /** For this terminal. */
  public HashCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  protected int run(StoreClient client) throws Exception {
    StateComparison compared = await(client.cluster().compareStates());
    if (isJson()) {
      print(json(compared));
    } else {
      printTable(compared);
    }
    if (differs(compared)) {
      return ExitCode.REFUSED;
    }
    return compared.equal() ? ExitCode.OK : ExitCode.UNAVAILABLE;
  }

  /** A hash as it is shown everywhere: 16 hexadecimal digits. */
  static String hex(long hash) {
    return HexFormat.of().toHexDigits(hash);
  }

  private static boolean differs(StateComparison compared) {
    return compared.nodes().stream()
            .map(NodeHash::hash)
            .filter(OptionalLong::isPresent)
            .distinct()
            .count()
        > 1;
  }

  private static ObjectNode json(StateComparison compared) {
    ObjectNode document =
        Json.object().put("appliedIndex", compared.appliedIndex()).put("equal", compared.equal());
    ArrayNode nodes = document.putArray("nodes");
    for (NodeHash node : compared.nodes()) {
      ObjectNode each =
          nodes
              .addObject()
              .put("id", node.id())
              .put("appliedIndex", node.appliedIndex())
              .put("revision", node.revision())
              .put("hash", node.hash().isPresent() ? hex(node.hash().getAsLong()) : null);
      if (!node.detail().isEmpty()) {
        each.put("detail", node.detail());
      }
    }
    return document;
  }

  private void printTable(StateComparison compared) {
    String verdict = "equal";
    if (differs(compared)) {
      verdict = "THEY DIFFER: stop writing, and see docs/operations.md";
    } else if (!compared.equal()) {
      verdict = "equal as far as known";
    }
    print("states at index " + compared.appliedIndex() + ": " + verdict);
    Table table = new Table("NODE", "REVISION", "HASH");
    for (NodeHash node : compared.nodes()) {
      if (node.hash().isPresent()) {
        table.row(node.id(), node.revision(), hex(node.hash().getAsLong()));
      } else {
        table.row(node.id(), "-", "no answer: " + node.detail());
      }
    }
    terminal().out().print(table.text());
  }
}
