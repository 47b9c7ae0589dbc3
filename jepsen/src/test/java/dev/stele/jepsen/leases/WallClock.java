// SPDX-License-Identifier: Apache-2.0
package dev.stele.jepsen.leases;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Sets the wall clock of processes that are started with it; a small library made with gcc. */
public final class WallClock {
  private static final String SOURCE = "/wallclock.c";

  private final Path library;

  private WallClock(Path library) {
    this.library = library;
  }

  /** Builds the library in {@code directory}; empty where there is no gcc. */
  public static Optional<WallClock> build(Path directory) throws IOException, InterruptedException {
    Path source = directory.resolve("wallclock.c");
    try (InputStream in = Objects.requireNonNull(WallClock.class.getResourceAsStream(SOURCE))) {
      Files.copy(in, source);
    }
    Path library = directory.resolve("wallclock.so");
    try {
      Process gcc =
          new ProcessBuilder(
                  "gcc", "-shared", "-fPIC", "-o", library.toString(), source.toString(), "-ldl")
              .inheritIO()
              .start();
      return gcc.waitFor() == 0 ? Optional.of(new WallClock(library)) : Optional.empty();
    } catch (IOException noGcc) {
      return Optional.empty();
    }
  }

  /** The environment of a process whose wall clock is {@code ahead} of the machine's. */
  public Map<String, String> ahead(Duration ahead) {
    return Map.of(
        "LD_PRELOAD",
        library.toString(),
        "WALLCLOCK_OFFSET_SECONDS",
        Long.toString(ahead.toSeconds()));
  }
}
