// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.lease;

import picocli.CommandLine.Command;

/** {@code stele lease}. */
@Command(
    name = "lease",
    header = "Named rights that one holder has at a time.",
    description = {
      "A lease is held under a token, which grows with each holder. It ends when it is released, or"
          + " when nobody has renewed it for its TTL. Writes that carry the token (--guard) are refused"
          + " once somebody else has the lease, and that alone is what safety comes from: a holder"
          + " that was paused can't know that its time is over."
    },
    synopsisSubcommandLabel = "COMMAND")
public final class LeaseCommand {}
