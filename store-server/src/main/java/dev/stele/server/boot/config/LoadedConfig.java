// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.boot.config;

import java.util.List;

/**
 * A configuration, and how it came about.
 *
 * @param values every key, in the table's order
 * @param warnings what is allowed, and yet should be known to whoever runs it
 */
public record LoadedConfig(StoreConfig config, List<Effective> values, List<String> warnings) {
  public LoadedConfig {
    values = List.copyOf(values);
    warnings = List.copyOf(warnings);
  }

  /**
   * A key's value and where it is from.
   *
   * @param value its text; secrets are masked
   * @param origin {@code default}, {@code FILE line N}, {@code environment VARIABLE} or {@code
   *     --set}
   */
  public record Effective(String key, String value, String origin) {}

  /** A line a key, for people: {@code key = value (origin)}. */
  public String print() {
    StringBuilder text = new StringBuilder();
    for (Effective value : values) {
      text.append(value.key()).append(" = ").append(value.value());
      text.append("  (").append(value.origin()).append(")\n");
    }
    return text.toString();
  }
}
