// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Folders of data that nobody needs any more. */
public final class Folders {
  private Folders() {}

  /** Deletes a folder and what is in it. */
  public static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : (Iterable<Path>) all.sorted(Comparator.reverseOrder())::iterator) {
        Files.deleteIfExists(each);
      }
    }
  }

  /** Deletes a folder if nothing is in it. */
  public static void deleteIfEmpty(Path folder) {
    String[] names = folder.toFile().list();
    if (names != null && names.length == 0) {
      // One that stays is no harm.
      boolean unused = folder.toFile().delete();
    }
  }
}
