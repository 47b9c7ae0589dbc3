// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.ratis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DirectorySyncTest {
  @TempDir Path directory;

  /** A node ended over this: Ratis had decided the election while the vote was being synced. */
  @Test
  void anInterruptNeitherCutsTheSyncShortNorGetsLost() throws IOException {
    Thread.currentThread().interrupt();
    DirectorySync.FSYNC.sync(directory);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void interruptsThatComeMeanwhileAreNoFailureOfTheDisk() throws Exception {
    Thread syncing = Thread.currentThread();
    Thread interrupting =
        new Thread(
            () -> {
              for (int i = 0; i < 200; i++) {
                syncing.interrupt();
                LockSupport.parkNanos(50_000);
              }
            });
    interrupting.start();
    while (interrupting.isAlive()) {
      DirectorySync.FSYNC.sync(directory);
      Thread.interrupted();
    }
  }

  @Test
  void aFolderThatIsNotThereIsAFailure() {
    assertThatThrownBy(() -> DirectorySync.FSYNC.sync(directory.resolve("none")))
        .isInstanceOf(NoSuchFileException.class);
  }
}
