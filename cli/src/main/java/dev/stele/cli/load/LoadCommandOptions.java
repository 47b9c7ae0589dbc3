// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.load;

import dev.stele.bench.LoadOptions;
import dev.stele.bench.LoadOptions.Operation;
import dev.stele.cli.CliException;
import picocli.CommandLine.Option;

/** What puts and gets have in common. */
final class LoadCommandOptions extends FactOptions {
  /** The most connections. */
  static final int CONNECTIONS_MAX = 256;

  private static final int DEFAULT_KEYS = 1_000;

  @Option(
      names = "--clients",
      paramLabel = "N",
      defaultValue = "64",
      description = "Clients, each with one operation under way (default: 64).")
  private int clients = 64;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "0",
      description = {
        "Operations a second of all clients together, up to 100000 (default: as fast as they"
            + " complete). Latencies then count from when an operation was due."
      })
  private int rate;

  @Option(names = "--keep", description = "Leave the facts there at the end.")
  private boolean keep;

  boolean keep() {
    return keep;
  }

  int connections() {
    return connections(1, CONNECTIONS_MAX);
  }

  LoadOptions options(Operation operation, boolean verify) {
    String below = prefix();
    try {
      return new LoadOptions(
          operation,
          clients,
          warmup(),
          duration(),
          valueBytes(),
          keys(Math.max(DEFAULT_KEYS, clients)),
          below,
          verify,
          rate);
    } catch (IllegalArgumentException outOfRange) {
      throw CliException.badInput("arguments", String.valueOf(outOfRange.getMessage()));
    }
  }
}
