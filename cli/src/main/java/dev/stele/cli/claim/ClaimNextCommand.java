// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.claim;

import dev.stele.cli.Terminal;
import dev.stele.client.ClaimGrant;
import dev.stele.client.LeaseRef;
import dev.stele.client.StoreClient;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code stele claim next}. */
@Command(
    name = "next",
    header = "Take the first idle claim of a pool.",
    description = {
      "In the order of items: of a range, the lowest that is free. However many do this at once, each"
          + " gets another claim.",
      "Ends with 1 when there is none, when the pool or the owner has as many as it may, and when the"
          + " owner is a member that is draining."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  stele claim next shards --lease member/node7:41",
      "  stele claim next ports/web --lease $STELE_LEASE:$STELE_TOKEN -o json"
    })
public final class ClaimNextCommand extends GrantingCommand {
  @Parameters(paramLabel = "POOL", description = "The pool, without the kind.")
  private String pool = "";

  /** For this terminal. */
  public ClaimNextCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  CompletableFuture<ClaimGrant> take(StoreClient client, LeaseRef under) {
    return client.claims().next(pool, under);
  }
}
