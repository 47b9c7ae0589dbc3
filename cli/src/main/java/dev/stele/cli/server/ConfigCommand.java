// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.server;

import picocli.CommandLine.Command;

/** {@code stele config}. */
@Command(name = "config", header = "A node's configuration.", synopsisSubcommandLabel = "COMMAND")
public final class ConfigCommand {}
