// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.member;

import picocli.CommandLine.Command;

/** {@code stele member}. */
@Command(
    name = "member",
    header = "Who is there, how they fare, and where they are reached.",
    description = {
      "A member is the fact member/NAME, bound to the lease member/NAME: whoever keeps that alive is"
          + " the member. When it ends, the member is marked lost, its endpoints are gone, and its"
          + " claims go as their pools say, all in one revision. A member that starts anew replaces"
          + " what its former life left, in one revision as well."
    },
    synopsisSubcommandLabel = "COMMAND")
public final class MemberCommand {}
