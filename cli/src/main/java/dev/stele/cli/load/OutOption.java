// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.load;

import dev.stele.cli.CliException;
import dev.stele.cli.Terminal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where loads that start their own clusters leave what they find, and where those listen. */
final class OutOption {
  private static final DateTimeFormatter NAME =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where the results go, and data meanwhile (default: bench-results/<time>).")
  private @Nullable Path out;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "21000",
      description = "The first port to look for free ones from (default: 21000).")
  private int port = 21_000;

  /** The directory, which is made later; a file of that name is refused. */
  Path resolve(Terminal terminal) {
    Path directory =
        terminal.resolve(out == null ? Path.of("bench-results", NAME.format(Instant.now())) : out);
    if (Files.exists(directory) && !Files.isDirectory(directory)) {
      throw CliException.badInput("--out", directory + " is no directory");
    }
    return directory;
  }

  int port() {
    return port;
  }
}
