// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.claim;

import picocli.CommandLine.Command;

/** {@code stele claim}. */
@Command(
    name = "claim",
    header = "Who owns what.",
    description = {
      "A claim is the fact claim/POOL/ITEM: one item of a pool, owned under a lease by its holder."
          + " Each change of owner raises its epoch by one, and no two ever own it at one epoch. When"
          + " the lease ends the claim becomes idle, or is retired, as the pool says.",
      "A lease is named as NAME:TOKEN: of 'stele lease hold' and 'stele member register' it is"
          + " $STELE_LEASE:$STELE_TOKEN."
    },
    synopsisSubcommandLabel = "COMMAND")
public final class ClaimCommand {}
