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
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of history on the disk, as RocksDB itself tells it. */
final class HistoryFilesTest {
  private static final int CHANGES_OF_A_FILE = 100;
  private static final int BODY_LETTERS = 2_000;

  /** So many files in level 0 make RocksDB move them on. */
  private static final int FILES_OF_A_MOVE = 4;

  @TempDir private Path directory;
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
  void historyIsWrittenOnceAndReclaimedUnread() throws IOException {
    writeFiles();
    long oneMove = store.sizeBytes();
    for (int move = 2; move <= 8; move++) {
      writer.pass(Slack.REVISIONS);
      writeFiles();
      reclaimThrough(store.meta().revision() - Slack.REVISIONS);
    }

    assertThat(lines("\"event\": \"compaction_started\"")).isNotEmpty();
    assertThat(lines("\"compaction_started\", \"cf_name\": \"history\"")).isEmpty();
    assertThat(store.sizeBytes()).isBetween(oneMove, 5 * oneMove);
    assertThat(isThere(0)).isFalse();
    assertThat(isThere(5 * FILES_OF_A_MOVE - 1)).isFalse();
    assertThat(isThere(6 * FILES_OF_A_MOVE)).isTrue();
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
  void whatIsNotWhollyBelowStays() {
    writeFiles();
    long behind = files.get(FILES_OF_A_MOVE - 1);
    writer.pass(2 * Slack.REVISIONS);
    writeFiles();
    reclaimThrough(files.get(FILES_OF_A_MOVE) + 1 + Slack.REVISIONS - 2 * Slack.REVISIONS + behind);
    assertThat(isThere(0)).isTrue();
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
    int moves = files.size() / FILES_OF_A_MOVE;
    await().until(() -> lines("[history] Moving").size() + lines("\"trivial_move\"").size() >= moves);
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

  /** Of RocksDB's own log. */
  private List<String> lines(String part) throws IOException {
    try (Stream<String> lines = Files.lines(directory.resolve("LOG"))) {
      return lines.filter(line -> line.contains(part)).toList();
    }
  }
}
