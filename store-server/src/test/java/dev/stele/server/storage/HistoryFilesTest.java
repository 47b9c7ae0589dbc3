// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import static dev.stele.server.storage.Writer.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.stele.server.core.command.Command;
import dev.stele.server.core.command.Compact;
import dev.stele.server.core.model.Position;
import dev.stele.server.core.model.Slack;
import dev.stele.server.port.StateStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.LiveFileMetaData;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/** What becomes of history on the disk, as RocksDB itself tells it. */
final class HistoryFilesTest {
  private static final int CHANGES_OF_A_FILE = 100;
  private static final int BODY_LETTERS = 2_000;

  /** So many files in level 0 make RocksDB move them on. */
  private static final int FILES_OF_A_MOVE = 4;

  @TempDir private Path directory;
  @TempDir private Path elsewhere;
  private final SplittableRandom random = new SplittableRandom(7);

  /** Of each file that was written the revision that it begins with. */
  private final List<Long> files = new ArrayList<>();

  private RocksStateStore store;
  private Writer writer;

  @BeforeEach
  void open() {
    store = RocksStateStore.open(directory, StorageSettings.defaults());
    writer = new Writer(store);
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void historyIsWrittenOnceAndReclaimedUnread() throws IOException, RocksDBException {
    writeFiles();
    long oneMove = store.sizeBytes();
    for (int move = 2; move <= 8; move++) {
      writer.pass(Slack.REVISIONS);
      writeFiles();
      reclaimThrough(store.meta().revision() - Slack.REVISIONS);
    }

    assertThat(store.sizeBytes()).isBetween(oneMove, 5 * oneMove);
    assertThat(isThere(0)).isFalse();
    assertThat(isThere(5 * FILES_OF_A_MOVE - 1)).isFalse();
    assertThat(isThere(6 * FILES_OF_A_MOVE)).isTrue();
    assertThat(levels()).hasSizeLessThanOrEqualTo(3 * FILES_OF_A_MOVE);
    // What RocksDB logs is on the disk when it is closed.
    store.close();
    assertThat(compactions("meta")).isNotEmpty();
    assertThat(compactions("history")).isEmpty();
  }

  @Test
  void whatAnOpenStateMayReadStaysUntilItIsClosed() {
    writeFiles();
    try (StateStore.Snapshot reader = store.snapshot()) {
      writer.pass(2 * Slack.REVISIONS);
      reclaimThrough(store.meta().revision());
      assertThat(reader.change(new Position(files.get(0), 0))).isPresent();
    }
    assertThat(isThere(0)).isTrue();
    writer.pass(1);
    store.flush();
    assertThat(isThere(0)).isFalse();
  }

  @Test
  void itIsNotLookedForFilesBeforeItIsWorthwhile() {
    writeFiles();
    long last = store.meta().revision();
    writer.pass(2 * Slack.REVISIONS);
    reclaimThrough(HistoryFiles.STRIDE_REVISIONS + Slack.REVISIONS - 1);
    assertThat(last).isLessThan(HistoryFiles.STRIDE_REVISIONS - 1);
    assertThat(isThere(0)).isTrue();
    reclaimThrough(HistoryFiles.STRIDE_REVISIONS + Slack.REVISIONS);
    assertThat(isThere(0)).isFalse();
  }

  @Test
  void aFileThatIsNotWhollyBelowStaysUntilItIs() {
    writer.pass(HistoryFiles.STRIDE_REVISIONS);
    writeFiles();
    long lastOfFirst = files.get(0) + CHANGES_OF_A_FILE - 1;
    writer.pass(2 * Slack.REVISIONS);
    reclaimThrough(lastOfFirst - 1 + Slack.REVISIONS);
    assertThat(isThere(0)).isTrue();
    reclaimThrough(lastOfFirst + HistoryFiles.STRIDE_REVISIONS + Slack.REVISIONS);
    assertThat(isThere(0)).isFalse();
  }

  /** As many files as are moved together, and waits until they are. */
  private void writeFiles() {
    for (int file = 0; file < FILES_OF_A_MOVE; file++) {
      files.add(store.meta().revision() + 1);
      Command[] puts = new Command[CHANGES_OF_A_FILE];
      for (int i = 0; i < CHANGES_OF_A_FILE; i++) {
        puts[i] = put("desired/" + i, body());
      }
      writer.apply(puts);
      store.flush();
    }
    // The first one moves alone.
    await().until(() -> levels().stream().filter(level -> level == 0).count() < FILES_OF_A_MOVE);
  }

  private String body() {
    StringBuilder body = new StringBuilder(BODY_LETTERS);
    for (int i = 0; i < BODY_LETTERS; i++) {
      body.append((char) ('!' + random.nextInt(90)));
    }
    return body.toString();
  }

  private void reclaimThrough(long revision) {
    writer.apply(new Compact(revision));
    while (store.reclaim(revision, 100)) {
      assertThat(store.reclaimed()).isPositive();
    }
    store.flush();
  }

  /** Whether the disk still has what a file began with, needed or not. */
  private boolean isThere(int file) {
    try (StateStore.Snapshot snapshot = store.snapshot()) {
      return snapshot.change(new Position(files.get(file), 0)).isPresent();
    }
  }

  /** That RocksDB began, in its own words. */
  private List<String> compactions(String family) throws IOException {
    String begun = "\"event\": \"compaction_started\", \"cf_name\": \"" + family + "\"";
    try (Stream<String> lines = Files.lines(directory.resolve("LOG"))) {
      return lines.filter(line -> line.contains(begun)).toList();
    }
  }

  /** Of each file of history, as one who only reads finds them. */
  private List<Integer> levels() throws RocksDBException {
    List<ColumnFamilyHandle> handles = new ArrayList<>();
    try (ColumnFamilyOptions families = new ColumnFamilyOptions();
        DBOptions options =
            new DBOptions().setDbLogDir(elsewhere.toString()).setMaxOpenFiles(100)) {
      List<ColumnFamilyDescriptor> all =
          List.of(
              new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, families),
              new ColumnFamilyDescriptor(Family.HISTORY.nameBytes(), families));
      try (RocksDB reader = RocksDB.openReadOnly(options, directory.toString(), all, handles)) {
        return reader.getLiveFilesMetaData().stream()
            .filter(file -> Arrays.equals(file.columnFamilyName(), Family.HISTORY.nameBytes()))
            .map(LiveFileMetaData::level)
            .toList();
      }
    }
  }
}
