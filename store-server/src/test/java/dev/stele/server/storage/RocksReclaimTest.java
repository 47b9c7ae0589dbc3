// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import static dev.stele.server.storage.StateStoreContract.changes;
import static dev.stele.server.storage.StateStoreContract.rows;
import static dev.stele.server.storage.Writer.delete;
import static dev.stele.server.storage.Writer.put;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.server.core.command.Command;
import dev.stele.server.core.command.Compact;
import dev.stele.server.core.model.KeyRange;
import dev.stele.server.port.StateStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RocksReclaimTest extends ReclaimContract {
  private static final int RACES = 4_000;

  @TempDir private Path directory;

  @Override
  StateStore open() {
    return RocksStateStore.open(directory.resolve("state"), StorageSettings.defaults());
  }

  @Override
  StateStore crash(StateStore closing) {
    closing.close();
    return open();
  }

  /** Few keys, deleted and put again while their tombstones are being taken away. */
  @Test
  void reclaimingTakesNoFactThatIsBeingWritten() {
    SplittableRandom random = new SplittableRandom(7);
    AtomicBoolean done = new AtomicBoolean();
    try (StateStore raced = RocksStateStore.open(directory.resolve("raced"), small());
        MapStateStore quiet = new MapStateStore()) {
      CompletableFuture<Void> reclaiming =
          CompletableFuture.runAsync(
              () -> {
                while (!done.get()) {
                  boolean ignored = raced.reclaim(raced.meta().floor(), 3);
                }
              });
      Writer writer = new Writer(raced);
      Writer twin = new Writer(quiet);
      for (int i = 0; i < RACES; i++) {
        Command[] commands = commands(random, raced.meta().revision());
        writer.apply(commands);
        twin.apply(commands);
      }
      done.set(true);
      reclaiming.join();
      long floor = raced.meta().floor();
      while (raced.reclaim(floor, 3)) {
        assertThat(raced.reclaimed()).isPositive();
      }
      while (quiet.reclaim(floor, 1_000)) {
        assertThat(quiet.reclaimed()).isPositive();
      }
      assertThat(raced.meta()).isEqualTo(quiet.meta());
      try (StateStore.Snapshot left = raced.snapshot();
          StateStore.Snapshot right = quiet.snapshot()) {
        assertThat(rows(left, KeyRange.ALL)).isEqualTo(rows(right, KeyRange.ALL));
        assertThat(changes(left)).isEqualTo(changes(right));
      }
    }
  }

  private static Command[] commands(SplittableRandom random, long revision) {
    List<Command> commands = new ArrayList<>();
    for (int left = 1 + random.nextInt(3); left > 0; left--) {
      String key = "desired/" + random.nextInt(3);
      commands.add(random.nextBoolean() ? put(key, "x" + revision) : delete(key));
    }
    if (revision > 0) {
      commands.add(new Compact(revision));
    }
    return commands.toArray(Command[]::new);
  }

  private static StorageSettings small() {
    return new StorageSettings(
        6 << 20, 1 << 20, 0, StorageSettings.Compression.NONE, 2, 1_000, 1 << 20, 1_000);
  }
}
