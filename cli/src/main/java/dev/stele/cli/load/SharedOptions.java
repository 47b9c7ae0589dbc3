// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.load;

import dev.stele.cli.CliException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What all loads of a running cluster have in common. */
class SharedOptions {
  @Option(
      names = "--connections",
      paramLabel = "N",
      description = "Connections that are shared (default: 1; watches: 10).")
  private @Nullable Integer connections;

  @Option(
      names = {"--duration", "--for"},
      paramLabel = "DURATION",
      defaultValue = "10s",
      description = "Measured time (default: 10s).")
  private Duration duration = Duration.ofSeconds(10);

  @Option(
      names = "--prefix",
      paramLabel = "PREFIX",
      description =
          "What the names begin with (default: config/bench/, where puts, gets and watches must stay"
              + " below config/; leases and members: bench/).")
  private @Nullable String prefix;

  final Duration duration() {
    return duration;
  }

  /** How many, or so many where nothing was said. */
  final int connections(int otherwise, int max) {
    int asked = connections == null ? otherwise : connections;
    if (asked < 1 || asked > max) {
      throw CliException.badInput("--connections", asked + " is not between 1 and " + max);
    }
    return asked;
  }

  final String prefix(String otherwise) {
    return prefix == null ? otherwise : prefix;
  }
}
