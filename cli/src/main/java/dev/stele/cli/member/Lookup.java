// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.member;

import dev.stele.cli.CliException;
import dev.stele.client.MemberQuery;
import dev.stele.client.kind.Member.Health;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** Which members. */
final class Lookup {
  private static final int MAX_LABELS = 16;

  @Option(
      names = "--label",
      paramLabel = "NAME[=VALUE]",
      description = "With this label; without VALUE, whatever it is. All of them, up to 16.")
  private List<String> labels = new ArrayList<>();

  @Option(
      names = "--health",
      paramLabel = "HEALTH",
      split = ",",
      description = "One of unknown, healthy, degraded, draining, lost. Any of them.")
  private List<HealthArgument> health = new ArrayList<>();

  boolean hasLabels() {
    return !labels.isEmpty();
  }

  /** Those that were named; none when no option did. */
  Set<Health> health() {
    return health.stream().map(HealthArgument::health).collect(Collectors.toUnmodifiableSet());
  }

  /** All that match, from the first name on. */
  MemberQuery query(String prefix, Set<Health> fare) {
    Map<String, Optional<String>> wanted = new LinkedHashMap<>();
    for (String label : labels) {
      int equals = label.indexOf('=');
      String name = equals < 0 ? label : label.substring(0, equals);
      if (name.isEmpty()) {
        throw CliException.badInput("--label", "'" + label + "' has no name");
      }
      Optional<String> value =
          equals < 0 ? Optional.empty() : Optional.of(label.substring(equals + 1));
      if (wanted.put(name, value) != null) {
        throw CliException.badInput("--label", name + " is given twice");
      }
    }
    if (wanted.size() > MAX_LABELS) {
      throw CliException.badInput("--label", "more than " + MAX_LABELS);
    }
    return new MemberQuery(prefix, wanted, fare, 0, "");
  }
}
