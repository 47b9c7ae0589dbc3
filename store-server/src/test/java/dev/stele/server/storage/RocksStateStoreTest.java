// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import static dev.stele.server.storage.Writer.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stele.server.core.encoding.Output;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Change;
import dev.stele.server.core.model.KeyRange;
import dev.stele.server.core.model.StoreMeta;
import dev.stele.server.port.LogPosition;
import dev.stele.server.port.StateStore;
import dev.stele.server.port.StoreFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

final class RocksStateStoreTest extends StateStoreContract {
  private static final StorageSettings SETTINGS = StorageSettings.defaults();

  @TempDir private Path directory;

  @Override
  StateStore open() {
    return RocksStateStore.open(directory.resolve("state"), SETTINGS);
  }

  /** Closing flushes nothing: it leaves what a killed process would. */
  @Override
  StateStore crash(StateStore closing) {
    closing.close();
    return open();
  }

  @Test
  void aNewerFormatIsRefused() {
    store.close();
    writeMeta(new byte[] {5, 1, 1, 1, 1});

    assertThatThrownBy(this::open)
        .isInstanceOf(StoreFault.class)
        .hasMessageContaining(directory.toString())
        .hasMessageContaining("its format is 5, this version reads 4: a newer version wrote it");
    // The refusal let go of the directory, and changed nothing.
    assertThatThrownBy(this::open)
        .isInstanceOf(StoreFault.class)
        .hasMessageContaining("format is 5");
  }

  @Test
  void aFormatFromBeforeTheFirstReleaseIsRefused() {
    store.close();
    writeMeta(new byte[] {3, 1, 1, 1, 1});
    assertThatThrownBy(this::open)
        .isInstanceOf(StoreFault.class)
        .hasMessageContaining("its format is 3, this version reads 4: a build from before");
  }

  @Test
  void aMetaRowThatIsCutOffIsAFault() {
    store.close();
    writeMeta(new byte[] {4, 1});
    assertThatThrownBy(this::open)
        .isInstanceOf(StoreFault.class)
        .hasMessageContaining("damaged row of meta");
  }

  @Test
  void aFamilyOfANewerVersionIsRefused() throws RocksDBException {
    Path strange = directory.resolve("strange");
    try (Options options = new Options().setCreateIfMissing(true);
        RocksDB rocks = RocksDB.open(options, strange.toString());
        ColumnFamilyHandle handle =
            rocks.createColumnFamily(new ColumnFamilyDescriptor(new byte[] {'n', 'e', 'w'}))) {
      assertThat(handle.getID()).isPositive();
    }
    assertThatThrownBy(() -> RocksStateStore.open(strange, SETTINGS))
        .isInstanceOf(StoreFault.class)
        .hasMessageContaining("families that this version does not know, [new]");
  }

  @Test
  void factsWithoutMetaAreRefused() {
    store.close();
    try (Database database = Database.open(directory.resolve("state"), SETTINGS)) {
      database.write(batchOf(database.id(Family.FACTS), new byte[] {'k'}, new byte[] {1}));
      database.flush();
    }
    assertThatThrownBy(this::open)
        .isInstanceOf(StoreFault.class)
        .hasMessageContaining("holds facts but no meta");
  }

  @Test
  void aDirectoryThatAnotherStoreHoldsIsRefused() {
    assertThatThrownBy(this::open)
        .isInstanceOf(StoreFault.class)
        .hasMessageContaining("cannot open " + directory)
        .hasMessageContaining("lock");
  }

  @Test
  void aDirectoryThatCannotBeMadeIsAFault() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    assertThatThrownBy(() -> RocksStateStore.open(file.resolve("state"), SETTINGS))
        .isInstanceOf(StoreFault.class)
        .hasMessageContaining("cannot make");
  }

  @Test
  void damageOnDiskIsAFaultAndNoAnswer() throws IOException {
    for (int i = 0; i < 100; i++) {
      writer.apply(put("desired/" + i, "body".repeat(100)));
    }
    store.flush();
    store.close();
    for (Path table : files(".sst")) {
      byte[] bytes = Files.readAllBytes(table);
      bytes[40] ^= 1;
      Files.write(table, bytes);
    }
    assertThatThrownBy(
            () -> {
              try (StateStore damaged = open()) {
                rows(damaged.latest(), KeyRange.ALL);
              }
            })
        .isInstanceOf(StoreFault.class)
        .hasMessageContaining("Corruption");
  }

  @Test
  void aFlushThatFailsIsAFaultAndPublishesNothing() throws IOException {
    LogPosition flushed = writer.apply(put("desired/web", "1"));
    store.flush();
    writer.apply(put("desired/web", "2"));
    Files.move(directory.resolve("state"), directory.resolve("elsewhere"));

    assertThatThrownBy(store::flush)
        .isInstanceOf(StoreFault.class)
        .hasMessageContaining("cannot flush");
    assertThat(store.durable()).isEqualTo(flushed);
  }

  @Test
  void whatCouldNotBeWrittenIsStillRead() throws IOException {
    Files.move(directory.resolve("state"), directory.resolve("elsewhere"));
    writer.apply(put("desired/web", "1"));
    assertThatThrownBy(store::flush).isInstanceOf(StoreFault.class);
    writer.apply(put("desired/web", "2"), put("desired/db", "2"));
    // Now RocksDB takes no more: what was sealed stays where it is.
    for (int again = 0; again < 2; again++) {
      assertThatThrownBy(store::flush)
          .isInstanceOf(StoreFault.class)
          .hasMessageContaining("cannot write to");
    }
    writer.apply(put("desired/db", "3"));

    assertThat(body(store.latest(), "desired/web")).contains("2");
    assertThat(body(store.latest(), "desired/db")).contains("3");
    assertThat(rows(store.latest(), KeyRange.ALL)).hasSize(2);
    try (StateStore.Snapshot snapshot = store.snapshot()) {
      assertThat(changes(snapshot)).hasSize(4);
      for (Change change : changes(snapshot)) {
        assertThat(snapshot.change(change.at())).contains(change);
      }
    }
    assertThat(store.durable()).isEqualTo(LogPosition.NONE);
  }

  @Test
  void aRowOfAnUnknownVersionIsAFault() {
    store.close();
    try (Database database = Database.open(directory.resolve("state"), SETTINGS)) {
      Output meta = new Output(64);
      MetaCodec.write(new LogPosition(1, 1), StoreMeta.EMPTY, meta);
      database.write(batchOf(database.id(Family.META), MetaCodec.key(), meta.toBytes()));
      database.write(
          batchOf(
              database.id(Family.FACTS), Bytes.utf8("desired/k").unsafeArray(), new byte[] {9}));
      database.flush();
    }
    try (StateStore strange = open()) {
      assertThatThrownBy(() -> rows(strange.latest(), KeyRange.ALL))
          .isInstanceOf(StoreFault.class)
          .hasMessageContaining("damaged row desired/k in facts")
          .hasMessageContaining("its version is 9");
    }
  }

  private void writeMeta(byte[] value) {
    try (Database database = Database.open(directory.resolve("state"), SETTINGS)) {
      database.write(batchOf(database.id(Family.META), MetaCodec.key(), value));
      database.flush();
    }
  }

  /** One put, in RocksDB's form of a batch. */
  private static byte[] batchOf(int family, byte[] key, byte[] value) {
    Output batch = new Output(64);
    batch.putLong(0);
    batch.putInt(1 << 24);
    batch.putByte(5);
    batch.putVarint(family);
    batch.putSized(key);
    batch.putSized(value);
    return batch.toBytes();
  }

  private List<Path> files(String suffix) throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve("state"))) {
      return files.filter(file -> file.toString().endsWith(suffix)).toList();
    }
  }
}
