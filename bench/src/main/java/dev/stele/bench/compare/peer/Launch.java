// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.peer;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * How a process is started.
 *
 * @param name for people, and of its log file
 * @param command program and arguments
 * @param without variables of this process that it does not inherit begin so; empty: it has all
 * @param environment variables that it has besides
 * @param directory where it runs; its output is appended to {@code <name>.log} in it
 */
public record Launch(
    String name,
    List<String> command,
    String without,
    Map<String, String> environment,
    Path directory) {
  public Launch {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
  }

  Path log() {
    return directory.resolve(name + ".log");
  }
}
