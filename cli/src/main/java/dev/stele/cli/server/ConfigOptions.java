// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.server;

import dev.stele.cli.CliException;
import dev.stele.cli.Terminal;
import dev.stele.server.boot.config.ConfigLoader;
import dev.stele.server.boot.config.ConfigSources;
import dev.stele.server.boot.config.LoadedConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a node's configuration is from. */
final class ConfigOptions {
  @Option(names = "--config", paramLabel = "FILE", description = "YAML, as config/server.yaml.")
  private @Nullable Path file;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Sets one key; wins over variables and the file. May be repeated.")
  private List<String> overrides = new ArrayList<>();

  boolean hasFile() {
    return file != null;
  }

  /**
   * Reads all of it.
   *
   * @throws dev.stele.server.boot.config.ConfigException with everything that is wrong
   */
  LoadedConfig load(Terminal terminal) {
    ConfigSources sources =
        ConfigSources.none().withEnvironment(terminal.environment()).withOverrides(overrides);
    if (file == null) {
      return ConfigLoader.load(sources);
    }
    Path resolved = terminal.resolve(file);
    if (!Files.isReadable(resolved)) {
      throw CliException.badInput("--config", "can't read " + resolved);
    }
    return ConfigLoader.load(sources.withFile(resolved));
  }
}
