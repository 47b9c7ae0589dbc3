// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.facts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stele.cli.ExitCode;
import dev.stele.cli.StoreCommand;
import dev.stele.cli.Terminal;
import dev.stele.cli.output.Json;
import dev.stele.client.Compare;
import dev.stele.client.Operation;
import dev.stele.client.StoreClient;
import dev.stele.client.TxnResult;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code stele txn}. */
@Command(
    name = "txn",
    header = "Run a transaction.",
    description = {
      "Compares, then runs one of two branches, all at one revision. That a compare does not hold"
          + " is no failure: the else branch runs, and 'succeeded' is false.",
      "",
      "The file is JSON with 'compares', 'then', 'else' and 'guards', each of them optional:",
      "  compare    {\"key\": KEY, \"relation\": EQUAL|NOT_EQUAL|GREATER|LESS, and one of",
      "             \"exists\", \"createRevision\", \"modRevision\", \"version\", \"body\","
          + " \"leaseToken\"}",
      "             without a relation: EQUAL",
      "  operation  {\"put\": {\"key\": KEY, \"body\": …, \"lease\": {\"name\": …, \"token\": …}}}",
      "             {\"delete\": {\"key\": KEY}} or {\"delete\": {\"prefix\": PREFIX}}",
      "             {\"get\": {\"key\": KEY}}",
      "             {\"list\": {\"prefix\": PREFIX, \"limit\": N, \"keysOnly\": true}}",
      "  guard      {\"name\": LEASE, \"token\": TOKEN}",
      "At most 128 compares, 128 operations a branch, 512 KiB; a key is written once in a branch."
    },
    footerHeading = "%nExample:%n",
    footer = {
      "  stele txn --file - <<'END'",
      "  {",
      "    \"compares\": [{\"key\": \"desired/prod/web\", \"modRevision\": 7}],",
      "    \"then\": [",
      "      {\"put\": {\"key\": \"desired/prod/web\", \"body\": {\"replicas\": 5}}},",
      "      {\"delete\": {\"key\": \"rollout/prod/web\"}}",
      "    ],",
      "    \"else\": [{\"get\": {\"key\": \"desired/prod/web\"}}]",
      "  }",
      "  END"
    })
public final class TxnCommand extends StoreCommand {
  @Option(
      names = "--file",
      paramLabel = "FILE",
      required = true,
      description = "The transaction, - for standard input.")
  private String file = "";

  private TxnFile txn = new TxnFile(List.of(), List.of(), List.of(), List.of());

  /** For this terminal. */
  public TxnCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  protected void prepare() {
    txn = TxnFile.parse(Inputs.read(terminal(), "--file", file));
  }

  @Override
  protected int run(StoreClient client) throws Exception {
    TxnResult result =
        await(
            client
                .facts()
                .txn()
                .when(txn.compares().toArray(Compare[]::new))
                .then(txn.then().toArray(Operation[]::new))
                .orElse(txn.orElse().toArray(Operation[]::new))
                .guardedBy(txn.guards())
                .commit());
    ObjectNode document = new FactJson(new BodyViews(client)).txn(result, withBodies(result));
    if (isJson()) {
      print(document);
    } else {
      String branch = result.succeeded() ? "the compares held" : "a compare did not hold";
      print("revision " + result.revision() + ", " + branch);
      for (JsonNode step : document.get("results")) {
        print("  " + Json.write(step));
      }
    }
    return ExitCode.OK;
  }

  /** Per step: false where the file asked for keys only. */
  private List<Boolean> withBodies(TxnResult result) {
    return (result.succeeded() ? txn.then() : txn.orElse())
        .stream()
            .map(step -> !(step instanceof Operation.ListFacts list && list.keysOnly()))
            .toList();
  }
}
