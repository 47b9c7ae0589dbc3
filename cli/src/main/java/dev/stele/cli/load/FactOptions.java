// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.load;

import dev.stele.cli.CliException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What loads that write facts have in common. */
class FactOptions extends SharedOptions {
  private static final String KIND = "config/";
  private static final String DEFAULT_PREFIX = "config/bench/";

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
      description = "Bytes of each document, from 16 (watches: from 8; default: 128).")
  private int valueBytes = 128;

  @Option(
      names = "--keys",
      paramLabel = "N",
      description = "Keys, up to 100000; at least one a client (default: 1000).")
  private @Nullable Integer keys;

  final Duration warmup() {
    return warmup;
  }

  final int valueBytes() {
    return valueBytes;
  }

  final int keys(int otherwise) {
    return keys == null ? otherwise : keys;
  }

  final String prefix() {
    String prefix = prefix(DEFAULT_PREFIX);
    if (!prefix.startsWith(KIND)) {
      throw CliException.badInput("--prefix", "'" + prefix + "' does not begin with " + KIND);
    }
    return prefix;
  }
}
