// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.lease;

import dev.stele.cli.CliException;
import dev.stele.client.LeaseOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a lease is to be held. */
final class HoldingOptions {
  @Option(
      names = "--ttl",
      paramLabel = "DURATION",
      required = true,
      description = "How long it lives without a renewal, 500ms to 24h.")
  private Duration ttl = Duration.ZERO;

  @Option(
      names = "--holder",
      paramLabel = "NAME",
      description =
          "Who holds it, for people and for hand-overs (default: host, process and a random"
              + " number).")
  private @Nullable String holder;

  @Option(
      names = "--wait",
      paramLabel = "DURATION",
      defaultValue = "0s",
      description = "How long to wait while somebody else has it, in order (default: not at all).")
  private Duration wait = Duration.ZERO;

  @Option(
      names = "--metadata",
      paramLabel = "TEXT",
      defaultValue = "",
      description = "Up to 1 KiB for whoever reads the lease.")
  private String metadata = "";

  LeaseOptions options() {
    if (wait.compareTo(LeaseOptions.MAX_DURATION) > 0) {
      throw CliException.badInput(
          "--wait", "longer than " + LeaseOptions.MAX_DURATION.toDays() + " days");
    }
    if (ttl.compareTo(LeaseOptions.MAX_DURATION) > 0) {
      throw CliException.badInput("--ttl", "500ms to 24h is allowed");
    }
    LeaseOptions options =
        LeaseOptions.ttl(ttl).waitingUpTo(wait).metadata(metadata.getBytes(StandardCharsets.UTF_8));
    return holder == null ? options : options.holder(holder);
  }
}
