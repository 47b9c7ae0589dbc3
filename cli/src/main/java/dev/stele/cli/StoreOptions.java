// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli;

import dev.stele.client.StoreClient;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a command reaches the cluster. */
public final class StoreOptions {
  /** Where a local cluster of three is. */
  public static final String DEFAULT_ENDPOINTS = "127.0.0.1:7400,127.0.0.1:7410,127.0.0.1:7420";

  /** The longest that a request may take. */
  public static final Duration TIMEOUT_MAX = Duration.ofSeconds(60);

  private static final String VARIABLE = "STELE_ENDPOINTS";

  @Option(
      names = "--endpoints",
      paramLabel = "HOST:PORT,…",
      description =
          "Nodes to talk to (default: the variable "
              + VARIABLE
              + ", else "
              + DEFAULT_ENDPOINTS
              + ").")
  private @Nullable String endpoints;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      defaultValue = "5s",
      description = "How long a request may take, up to 60s (default: 5s).")
  private Duration timeout = Duration.ofSeconds(5);

  /** Opens a client. */
  public StoreClient open(Terminal terminal) {
    try {
      return terminal.stores().open(endpoints(terminal), timeout);
    } catch (IllegalArgumentException outOfRange) {
      String message = String.valueOf(outOfRange.getMessage());
      throw CliException.badInput(
          message.contains("imeout") ? "--timeout" : "--endpoints", message);
    }
  }

  /** How long a request may take. */
  Duration timeout() {
    return timeout;
  }

  /** The first {@code count} clients of the same settings. */
  public List<StoreClient> open(Terminal terminal, int count) {
    return IntStream.range(0, count).mapToObj(i -> open(terminal)).toList();
  }

  private String endpoints(Terminal terminal) {
    if (endpoints != null) {
      return endpoints;
    }
    String variable = terminal.environment().get(VARIABLE);
    return variable == null || variable.isBlank() ? DEFAULT_ENDPOINTS : variable;
  }
}
