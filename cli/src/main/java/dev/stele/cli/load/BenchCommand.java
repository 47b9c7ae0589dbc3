// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.load;

import picocli.CommandLine.Command;

/** {@code stele bench}. */
@Command(
    name = "bench",
    header = "Put a cluster under load and measure it.",
    description =
        "Puts and gets are a closed loop: each client has one operation under way and starts the"
            + " next when it completes; with --rate it starts when the next is due.",
    synopsisSubcommandLabel = "COMMAND")
public final class BenchCommand {}
