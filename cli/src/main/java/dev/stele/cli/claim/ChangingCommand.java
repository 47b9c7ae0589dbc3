// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.claim;

import dev.stele.cli.ExitCode;
import dev.stele.cli.StoreCommand;
import dev.stele.cli.Terminal;
import dev.stele.cli.output.Json;
import dev.stele.client.FactKey;
import dev.stele.client.Keys;
import dev.stele.client.StoreClient;
import dev.stele.client.kind.Claim;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Parameters;

/** A command that changes one claim. */
abstract class ChangingCommand extends StoreCommand {
  @Parameters(
      paramLabel = "CLAIM",
      converter = ClaimArgument.class,
      description = "POOL/ITEM, or the whole key.")
  private FactKey<Claim> claim = Keys.claim("");

  ChangingCommand(Terminal terminal) {
    super(terminal);
  }

  /** Changes it; gives the revision. */
  abstract CompletableFuture<Long> change(StoreClient client, FactKey<Claim> which);

  @Override
  protected final int run(StoreClient client) throws Exception {
    long revision = await(change(client, claim));
    if (isJson()) {
      print(Json.object().put("revision", revision).put("key", claim.text()));
    } else {
      print("revision " + revision);
    }
    return ExitCode.OK;
  }
}
