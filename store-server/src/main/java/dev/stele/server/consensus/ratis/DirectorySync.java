// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.ratis;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Makes the names in a folder survive a power loss; tests look at when it is done. */
@FunctionalInterface
public interface DirectorySync {
  /** The file system's own fsync of a folder. */
  DirectorySync FSYNC = DirectorySync::fsync;

  /** Returns when what was renamed in {@code directory} before is on the disk; blocks on it. */
  void sync(Path directory) throws IOException;

  private static void fsync(Path directory) throws IOException {
    try (FileChannel folder = FileChannel.open(directory, StandardOpenOption.READ)) {
      folder.force(true);
    }
  }
}
