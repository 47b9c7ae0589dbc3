// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.server.core.model.Position;
import dev.stele.server.port.LogPosition;
import dev.stele.server.port.StateStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class StoreProcessIT {
  private static final int ROUNDS = 3;
  private static final int FLUSHES_A_ROUND = 25;

  @TempDir private Path directory;

  @Test
  void aKilledProcessLeavesWholeEntriesAndAllThatItPublished() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      long published = writeUntilKilled();
      try (StateStore store = RocksStateStore.open(directory, StorageSettings.defaults());
          StateStore.Snapshot snapshot = store.snapshot()) {
        LogPosition applied = store.applied();
        assertThat(applied.index()).isGreaterThanOrEqualTo(published);
        assertThat(store.durable()).isEqualTo(applied);
        for (String name : StoreProcess.NAMES) {
          assertThat(StateStoreContract.body(snapshot, name))
              .contains(Long.toString(applied.index()));
        }
        long revision = (applied.index() + 1) * StoreProcess.NAMES.length;
        assertThat(snapshot.meta().revision()).isEqualTo(revision);
        for (long at = 1; at <= revision; at++) {
          assertThat(snapshot.change(new Position(at, 0))).isPresent();
        }
        assertThat(snapshot.change(new Position(revision + 1, 0))).isEmpty();
      }
    }
  }

  @Test
  void aHundredThousandFactsNeedLittleHeap() throws Exception {
    Process process = StoreProcess.start("-Xmx48m", "fill", directory);
    List<String> output = StoreProcess.output(process).lines().toList();
    assertThat(process.waitFor()).as(() -> String.join("\n", output)).isZero();
    assertThat(output).contains("listed " + StoreProcess.MANY_FACTS);
  }

  /** The last position that the process said was durable. */
  private long writeUntilKilled() throws IOException, InterruptedException {
    Process process = StoreProcess.start("-Xmx64m", "write", directory);
    long published = -1;
    try (BufferedReader output = StoreProcess.output(process)) {
      for (int flushes = 0; flushes < FLUSHES_A_ROUND; ) {
        String line = output.readLine();
        assertThat(line).isNotNull();
        if (line.startsWith("durable ")) {
          published = Long.parseLong(line.substring("durable ".length()));
          flushes++;
        }
      }
    } finally {
      process.destroyForcibly();
    }
    process.waitFor();
    return published;
  }
}
