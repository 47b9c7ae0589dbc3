// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.member;

import dev.stele.cli.UnsignedArgument;
import dev.stele.client.kind.Member.Health;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.UseDefaultConverter;

/** What a member says of itself. */
final class MemberOptions {
  @Option(
      names = "--health",
      paramLabel = "HEALTH",
      description = "One of unknown, healthy, degraded, draining.")
  private @Nullable HealthArgument health;

  @Option(
      names = "--capacity",
      paramLabel = "NAME=N",
      converter = {UseDefaultConverter.class, UnsignedArgument.class},
      description = "What it has to give, for instance slots=8; again for each.")
  private @Nullable Map<String, Long> capacity;

  @Option(
      names = "--label",
      paramLabel = "NAME=VALUE",
      description = "For lookups, for instance zone=b; again for each.")
  private @Nullable Map<String, String> labels;

  Optional<Health> health() {
    return Optional.ofNullable(health).map(HealthArgument::said);
  }

  Optional<Map<String, Long>> capacity() {
    return Optional.ofNullable(capacity);
  }

  Optional<Map<String, String>> labels() {
    return Optional.ofNullable(labels);
  }
}
