// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.ratis;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
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

  /**
   * Not to be cut short: Ratis interrupts the threads that ask for votes as soon as an election is
   * decided, and an interrupt closes a channel under its sync. That is no failure of the disk, so
   * the sync is done over, and the interrupt is kept for whoever looks for it.
   */
  private static void fsync(Path directory) throws IOException {
    boolean interrupted = Thread.interrupted();
    try {
      while (true) {
        try (FileChannel folder = FileChannel.open(directory, StandardOpenOption.READ)) {
          folder.force(true);
          return;
        } catch (ClosedByInterruptException e) {
          interrupted = true;
          Thread.interrupted();
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
