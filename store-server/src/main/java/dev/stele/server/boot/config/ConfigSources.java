// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.boot.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where values come from; each one wins over those before it, and over the defaults.
 *
 * @param file YAML, when there is one
 * @param environment variables by name
 * @param overrides {@code key=value}; the last one of a key wins
 */
public record ConfigSources(
    Optional<Path> file, Map<String, String> environment, List<String> overrides) {
  public ConfigSources {
    environment = Map.copyOf(environment);
    overrides = List.copyOf(overrides);
  }

  /** The defaults alone. */
  public static ConfigSources none() {
    return new ConfigSources(Optional.empty(), Map.of(), List.of());
  }

  public ConfigSources withFile(Path yaml) {
    return new ConfigSources(Optional.of(yaml), environment, overrides);
  }

  /** Takes the {@code STELE_} variables of {@code variables}. */
  public ConfigSources withEnvironment(Map<String, String> variables) {
    return new ConfigSources(file, variables, overrides);
  }

  public ConfigSources withOverrides(List<String> keyValues) {
    return new ConfigSources(file, environment, keyValues);
  }

  @Override
  public String toString() {
    return "ConfigSources[file=" + file + "]";
  }
}
