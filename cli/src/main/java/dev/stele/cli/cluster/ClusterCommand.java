// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.cluster;

import picocli.CommandLine.Command;

/** {@code stele cluster}. */
@Command(
    name = "cluster",
    header = "The cluster and its nodes.",
    synopsisSubcommandLabel = "COMMAND")
public final class ClusterCommand {}
