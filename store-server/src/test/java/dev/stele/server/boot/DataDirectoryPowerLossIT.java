// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.boot;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stele.server.LoopDisk;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a folder still says of its node after its machine lost power. */
@Timeout(180)
final class DataDirectoryPowerLossIT {
  @TempDir private Path directory;

  @Test
  void aFolderStillKnowsWhoseItIsAndThatTheNodeHasRun() throws Exception {
    try (LoopDisk disk = LoopDisk.makeOrSkip(directory)) {
      Path data = disk.root().resolve("some/where");
      DataDirectory taken = DataDirectory.open(data, "stele", "n0");
      taken.used();
      disk.cutPower();
      taken.close();
      disk.restart();
      assertThatThrownBy(() -> DataDirectory.open(data, "stele", "n1"))
          .isInstanceOf(DataDirectoryException.class)
          .hasMessageContaining("belongs to the node \"n0\"");
      assertThatThrownBy(() -> DataDirectory.open(data, "stele", "n0"))
          .isInstanceOf(DataDirectoryException.class)
          .hasMessageContaining("raft was wiped: this node has run here before");
    }
  }

  @Test
  void aFolderThatWasJustMadeStillHasAllItsParts() throws Exception {
    try (LoopDisk disk = LoopDisk.makeOrSkip(directory)) {
      Path data = disk.root().resolve("some/where");
      DataDirectory taken = DataDirectory.open(data, "stele", "n0");
      disk.cutPower();
      taken.close();
      disk.restart();
      DataDirectory.open(data, "stele", "n0").close();
      assertThatThrownBy(() -> DataDirectory.open(data, "stele", "n1"))
          .isInstanceOf(DataDirectoryException.class)
          .hasMessageContaining("belongs to the node \"n0\"");
    }
  }
}
