// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.kind;

import picocli.CommandLine.Command;

/** {@code stele kind}. */
@Command(
    name = "kind",
    header = "The kinds of facts and what they allow.",
    description =
        "A kind's policy is a fact itself, kind/NAME: it can be read, compared and watched like any"
            + " other. Setting one declares the kind.",
    synopsisSubcommandLabel = "COMMAND")
public final class KindCommand {}
