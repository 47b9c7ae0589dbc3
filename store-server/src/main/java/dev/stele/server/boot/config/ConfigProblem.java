// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.boot.config;

import java.util.List;

/**
 * One thing that is wrong with a configuration.
 *
 * @param keys the keys that it is about, the first one being where to begin
 * @param message what is wrong and what would be right; shows no secret
 */
public record ConfigProblem(List<String> keys, String message) {
  public ConfigProblem {
    keys = List.copyOf(keys);
  }

  /** The line that people read. */
  @Override
  public String toString() {
    return keys.get(0) + ": " + message;
  }
}
