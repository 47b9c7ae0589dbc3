// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import static dev.stele.server.storage.Writer.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import dev.stele.server.core.command.Command;
import dev.stele.server.core.model.Change;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.KeyRange;
import dev.stele.server.core.model.Position;
import dev.stele.server.core.model.Row;
import dev.stele.server.port.StateStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Readers against a writer, a flusher, and a close: RocksDB ends the process when this goes wrong.
 */
@Timeout(60)
final class ReadersAndCloseTest {
  private static final int READERS = 4;
  private static final String[] NAMES = {"desired/a", "desired/b", "desired/c", "desired/d"};

  @TempDir private Path directory;
  private final AtomicLong reads = new AtomicLong();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @Test
  void readersSeeWholeEntriesUntilTheStoreCloses() throws Exception {
    RocksStateStore store = RocksStateStore.open(directory, StorageSettings.defaults());
    new Writer(store).apply(everywhere(0));
    List<Future<?>> ends = new ArrayList<>();
    for (int i = 0; i < READERS; i++) {
      ends.add(threads.submit(() -> readForEver(store)));
    }
    ends.add(threads.submit(() -> writeForEver(store)));
    ends.add(threads.submit(() -> flushForEver(store)));
    ends.add(threads.submit(() -> readTheSameForEver(store)));
    await().until(() -> reads.get() > 2_000 && store.applied().index() > 500);

    store.close();

    for (Future<?> end : ends) {
      assertEndedBecauseTheStoreIsClosed(end);
    }
    threads.shutdown();
  }

  @Test
  void aScanEndsInPeaceWhenItsSnapshotIsClosedUnderIt() throws Exception {
    RocksStateStore store = RocksStateStore.open(directory, StorageSettings.defaults());
    new Writer(store).apply(everywhere(0));
    StateStore.Snapshot snapshot = store.snapshot();
    Future<?> closed = threads.submit(store::close);
    List<Row> seen = new ArrayList<>();
    snapshot.scan(
        KeyRange.ALL,
        row -> {
          snapshot.close();
          assertThat(closed.isDone()).isFalse();
          return seen.add(row);
        });
    assertThat(seen).hasSize(NAMES.length);
    closed.get();
    assertThatIllegalStateException()
        .isThrownBy(snapshot::meta)
        .withMessage("the snapshot is closed");
    threads.shutdown();
  }

  private Void readForEver(StateStore store) {
    while (true) {
      try (StateStore.Snapshot snapshot = store.snapshot()) {
        assertWhole(snapshot);
      }
      reads.incrementAndGet();
    }
  }

  /** Over flushes and hundreds of entries that come meanwhile. */
  private Void readTheSameForEver(StateStore store) {
    while (true) {
      try (StateStore.Snapshot snapshot = store.snapshot()) {
        for (int i = 0; i < 100; i++) {
          assertWhole(snapshot);
          assertThat(StateStoreContract.changes(snapshot))
              .hasSize((int) snapshot.meta().revision());
          if (store.applied().index() > snapshot.applied().index() + 200) {
            break;
          }
        }
      }
    }
  }

  /** Each entry writes its own index everywhere, so a torn one shows. */
  private static void assertWhole(StateStore.Snapshot snapshot) {
    String index = Long.toString(snapshot.applied().index());
    long revision = snapshot.meta().revision();
    assertThat(revision).isEqualTo((snapshot.applied().index() + 1) * NAMES.length);
    assertThat(StateStoreContract.body(snapshot, NAMES[1])).contains(index);
    snapshot.scan(
        KeyRange.ALL,
        row -> {
          assertThat(snapshot.fact(row.key()).orElseThrow().body().toUtf8()).isEqualTo(index);
          return true;
        });
    Change newest = snapshot.change(new Position(revision, 0)).orElseThrow();
    assertThat(newest.row()).isEqualTo(snapshot.row(Key.of(NAMES[NAMES.length - 1])).orElseThrow());
    assertThat(snapshot.change(new Position(revision + 1, 0))).isEmpty();
  }

  private static Void writeForEver(StateStore store) {
    while (true) {
      new Writer(store).apply(everywhere(store.applied().index() + 1));
    }
  }

  private static Void flushForEver(StateStore store) {
    while (true) {
      store.flush();
      assertThat(store.sizeBytes()).isPositive();
    }
  }

  private static Command[] everywhere(long index) {
    List<Command> commands = new ArrayList<>();
    for (String name : NAMES) {
      commands.add(put(name, Long.toString(index)));
    }
    return commands.toArray(new Command[0]);
  }

  private static void assertEndedBecauseTheStoreIsClosed(Future<?> end)
      throws InterruptedException {
    try {
      end.get();
    } catch (ExecutionException e) {
      assertThat(e.getCause())
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the store is closed");
      return;
    }
    throw new AssertionError("it ended by itself");
  }
}
