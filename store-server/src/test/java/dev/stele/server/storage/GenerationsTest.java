// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.server.core.apply.Effects;
import dev.stele.server.core.lease.LeaseChanges;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Change;
import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.Position;
import dev.stele.server.core.model.StoreMeta;
import dev.stele.server.port.LogPosition;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How what is in memory gets into RocksDB, and when. */
final class GenerationsTest {
  private static final Key KEY = Key.of("desired/web");
  private static final long BYTES_MAX = 100_000;

  @TempDir private Path directory;
  private Database database;
  private Generations generations;
  private long index;

  @BeforeEach
  void open() {
    database = Database.open(directory.resolve("state"), StorageSettings.defaults());
    generations =
        new Generations(
            database,
            new MetaCodec.Standing(LogPosition.NONE, StoreMeta.EMPTY),
            Position.NONE,
            BYTES_MAX);
  }

  @AfterEach
  void close() {
    generations.release();
    database.close();
  }

  @Test
  void whoAppliesSettlesOnlyOnceTheMemoryIsFull() {
    long bytes = lay(1_000);
    while (generations.current().unsettledBytes() + bytes <= BYTES_MAX) {
      lay(1_000);
      assertThat(generations.current().settled().applied()).isEqualTo(LogPosition.NONE);
    }
    lay((int) (BYTES_MAX - generations.current().unsettledBytes()));
    assertThat(generations.current().unsettledBytes()).isGreaterThanOrEqualTo(BYTES_MAX);
    assertThat(generations.current().settled().applied()).isEqualTo(LogPosition.NONE);

    assertThat(generations.waits()).isZero();

    LogPosition full = generations.current().applied();
    lay(1_000);
    assertThat(generations.waits()).isEqualTo(1);
    assertThat(generations.current().settled().applied()).isEqualTo(full);
    assertThat(generations.current().unsettledBytes()).isEqualTo(bytes);
  }

  @Test
  void whatIsSettledIsInRocksDbAndNoLongerInMemory() {
    lay(10);
    lay(20);
    assertThat(settledRow()).isEmpty();
    assertThat(generations.settle()).isEqualTo(new LogPosition(1, 2));
    assertThat(generations.current().unsettledBytes()).isZero();
    assertThat(generations.current().sealed()).isSameAs(Generation.NONE);
    assertThat(settledRow()).contains(20);
    lay(30);
    assertThat(settledRow()).contains(20);
    assertThat(bodyLength(generations.current().view())).contains(30);
    assertThat(generations.settle()).isEqualTo(new LogPosition(1, 3));
    assertThat(settledRow()).contains(30);
  }

  @Test
  void settlingNothingChangesNothing() {
    lay(10);
    assertThat(generations.settle()).isEqualTo(new LogPosition(1, 1));
    Pinned before = generations.current();
    assertThat(generations.settle()).isEqualTo(new LogPosition(1, 1));
    assertThat(generations.current()).isSameAs(before);
  }

  @Test
  void anEntryWithoutChangesIsSettledToo() {
    LogPosition entry = new LogPosition(2, 7);
    assertThat(generations.lay(entry, Effects.none(StoreMeta.EMPTY))).isZero();
    assertThat(generations.settle()).isEqualTo(entry);
    assertThat(MetaRows.standing(database).applied()).isEqualTo(entry);
  }

  @Test
  void aStateThatIsInUseStaysAsItWasWhileItsGenerationIsSettledTwice() {
    lay(10);
    Pinned first = generations.use();
    lay(20);
    generations.settle();
    Pinned second = generations.use();
    lay(30);
    lay(40);
    generations.settle();
    lay(50);

    assertThat(bodyLength(first.view())).contains(10);
    assertThat(changesSeen(first.view())).isEqualTo(1);
    assertThat(bodyLength(second.view())).contains(20);
    assertThat(changesSeen(second.view())).isEqualTo(2);
    assertThat(bodyLength(generations.current().view())).contains(50);
    assertThat(changesSeen(generations.current().view())).isEqualTo(5);
    first.uses().done();
    second.uses().done();
  }

  @Test
  void whatIsReclaimedIsNeverAheadOfTheFloorThatRocksDbHolds() {
    lay(10);
    lay(20);
    assertThat(generations.lay(new LogPosition(1, ++index), Effects.none(meta(2).withFloor(2))))
        .isZero();
    assertThat(generations.reclaim(2, 10)).isFalse();
    assertThat(MetaRows.standing(database).meta().floor()).isEqualTo(2);
    assertThat(MetaRows.reclaimed(database)).isEqualTo(Position.endOf(2));
  }

  /** An entry that puts so many bytes; what it takes of memory. */
  private long lay(int bodyBytes) {
    index++;
    Fact fact =
        new Fact(
            KEY,
            Bytes.wrap(new byte[bodyBytes]),
            1,
            new Position(index, 0),
            index,
            Optional.empty());
    Change put = new Change.Put(fact, index == 1 ? Position.NONE : new Position(index - 1, 0));
    return generations.lay(
        new LogPosition(1, index),
        new Effects(meta(index), List.of(put), List.of(), LeaseChanges.NONE));
  }

  private static StoreMeta meta(long revision) {
    return StoreMeta.EMPTY.changed(revision, StoreMeta.EMPTY.usage(), 0, 0);
  }

  private Optional<Integer> settledRow() {
    return generations.current().settled().view().row(KEY).map(row -> ((Fact) row).body().length());
  }

  private static Optional<Integer> bodyLength(LaidView view) {
    return view.row(KEY).map(row -> ((Fact) row).body().length());
  }

  private static int changesSeen(LaidView view) {
    int[] seen = new int[1];
    view.scanChanges(
        Position.NONE,
        change -> {
          assertThat(view.change(change.at())).contains(change);
          seen[0]++;
          return true;
        });
    return seen[0];
  }
}
