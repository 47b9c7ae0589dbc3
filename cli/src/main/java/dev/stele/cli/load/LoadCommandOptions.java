// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.load;

import dev.stele.bench.LoadOptions;
import dev.stele.bench.LoadOptions.Operation;
import dev.stele.cli.CliException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What puts and gets have in common. */
final class LoadCommandOptions {
  /** The most connections. */
  static final int CONNECTIONS_MAX = 256;

  @Option(
      names = "--clients",
      paramLabel = "N",
      defaultValue = "64",
      description = "Clients, each with one operation under way (default: 64).")
  private int clients = 64;

  @Option(
      names = "--connections",
      paramLabel = "N",
      defaultValue = "1",
      description = "Connections that the clients share, up to 256 (default: 1).")
  private int connections = 1;

  @Option(
      names = "--duration",
      paramLabel = "DURATION",
      defaultValue = "10s",
      description = "Measured time (default: 10s).")
  private Duration duration = Duration.ofSeconds(10);

  @Option(
      names = "--warmup",
      paramLabel = "DURATION",
      defaultValue = "3s",
      description = "Time before, not measured (default: 3s).")
  private Duration warmup = Duration.ofSeconds(3);

  @Option(
      names = "--value-bytes",
      paramLabel = "N",
      defaultValue = "128",
      description = "Bytes of each document, from 16 (default: 128).")
  private int valueBytes = 128;

  @Option(
      names = "--keys",
      paramLabel = "N",
      description = "Keys, up to 100000; at least one a client (default: 1000).")
  private @Nullable Integer keys;

  @Option(
      names = "--prefix",
      paramLabel = "PREFIX",
      defaultValue = "config/bench/",
      description = "What the keys begin with, of kind config (default: config/bench/).")
  private String prefix = "config/bench/";

  @Option(names = "--keep", description = "Leave the facts there at the end.")
  private boolean keep;

  private static final int DEFAULT_KEYS = 1_000;

  boolean keep() {
    return keep;
  }

  String prefix() {
    return prefix;
  }

  int connections() {
    if (connections < 1 || connections > CONNECTIONS_MAX) {
      throw CliException.badInput(
          "--connections", connections + " is not between 1 and " + CONNECTIONS_MAX);
    }
    return connections;
  }

  LoadOptions options(Operation operation, boolean verify) {
    if (!prefix.startsWith("config/")) {
      throw CliException.badInput("--prefix", "'" + prefix + "' does not begin with config/");
    }
    try {
      int shared = keys == null ? Math.max(DEFAULT_KEYS, clients) : keys;
      return new LoadOptions(
          operation, clients, warmup, duration, valueBytes, shared, prefix, verify);
    } catch (IllegalArgumentException outOfRange) {
      throw CliException.badInput("arguments", String.valueOf(outOfRange.getMessage()));
    }
  }
}
