// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import static dev.stele.server.storage.StateStoreContract.body;
import static dev.stele.server.storage.StateStoreContract.changes;
import static dev.stele.server.storage.StateStoreContract.rows;
import static dev.stele.server.storage.Writer.delete;
import static dev.stele.server.storage.Writer.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.stele.server.core.command.Compact;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.KeyRange;
import dev.stele.server.core.model.Position;
import dev.stele.server.core.model.Row;
import dev.stele.server.core.read.ChangePage;
import dev.stele.server.core.read.FactPage;
import dev.stele.server.port.StateStore;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What reclaiming takes away from every {@link StateStore}, and what it leaves. */
abstract class ReclaimContract {
  private static final Key WEB = Key.of("desired/web");
  private static final Key GONE = Key.of("desired/gone");

  private StateStore store;
  private Writer writer;

  abstract StateStore open();

  abstract StateStore crash(StateStore closing);

  @BeforeEach
  final void openStore() {
    use(open());
  }

  @AfterEach
  final void closeStore() {
    store.close();
  }

  private void use(StateStore other) {
    store = other;
    writer = new Writer(other);
  }

  /** Revisions 1 to 6: web three times, gone put and deleted, and another key. */
  private void write() {
    writer.apply(put("desired/web", "1"), put("desired/gone", "x"));
    writer.apply(put("desired/web", "2"));
    writer.apply(delete("desired/gone"));
    writer.apply(put("desired/web", "3"), put("config/other", "o"));
  }

  @Test
  void whatWasSupersededAtTheFloorGoesAndTheRestStays() {
    write();
    writer.apply(new Compact(4));
    assertThat(store.reclaim(4, 100)).isFalse();

    assertThat(store.reclaimed()).isEqualTo(4);
    try (StateStore.Snapshot snapshot = store.snapshot()) {
      assertThat(snapshot.reclaimed()).isEqualTo(4);
      assertThat(changes(snapshot)).extracting(c -> c.at().revision()).containsExactly(3L, 5L, 6L);
      assertThat(rows(snapshot, KeyRange.ALL)).allMatch(Fact.class::isInstance).hasSize(2);
      assertThat(FactPage.readAt(snapshot, snapshot, 4, KeyRange.ALL, 10, false).facts())
          .extracting(fact -> fact.key() + "=" + fact.body().toUtf8())
          .containsExactly("desired/web=2");
    }
  }

  @Test
  void aDeleteAtTheFloorGoesAndOneBehindItStays() {
    write();
    writer.apply(new Compact(3));
    assertThat(store.reclaim(3, 100)).isFalse();
    try (StateStore.Snapshot snapshot = store.snapshot()) {
      assertThat(snapshot.row(GONE)).isPresent();
      assertThat(snapshot.change(new Position(4, 0))).isPresent();
      assertThat(snapshot.change(new Position(2, 0))).isPresent();
    }
    writer.apply(new Compact(4));
    assertThat(store.reclaim(4, 100)).isFalse();
    try (StateStore.Snapshot snapshot = store.snapshot()) {
      assertThat(snapshot.row(GONE)).isEmpty();
      assertThat(snapshot.change(new Position(4, 0))).isEmpty();
      assertThat(snapshot.change(new Position(2, 0))).isEmpty();
    }
  }

  @Test
  void aStepGoesOverNoMoreChangesThanItMay() {
    write();
    writer.apply(new Compact(6));
    assertThat(store.reclaim(6, 4)).isTrue();
    assertThat(store.reclaimed()).isEqualTo(4);
    assertThat(store.reclaim(6, 2)).isTrue();
    assertThat(store.reclaimed()).isEqualTo(6);
    assertThat(store.reclaim(6, 2)).isFalse();
    assertThat(store.reclaimed()).isEqualTo(6);
  }

  @Test
  void oneRevisionMayTakeSeveralSteps() {
    writer.apply(put("desired/a", ""), put("desired/b", ""), put("desired/c", ""));
    writer.apply(Writer.deletePrefix("desired/"));
    writer.apply(new Compact(4));
    assertThat(store.reclaim(4, 4)).isTrue();
    assertThat(store.reclaimed()).isEqualTo(4);
    try (StateStore.Snapshot snapshot = store.snapshot()) {
      assertThat(rows(snapshot, KeyRange.ALL)).hasSize(2);
    }
    assertThat(store.reclaim(4, 4)).isFalse();
    try (StateStore.Snapshot snapshot = store.snapshot()) {
      assertThat(rows(snapshot, KeyRange.ALL)).isEmpty();
      assertThat(changes(snapshot)).isEmpty();
    }
  }

  @Test
  void reclaimingStopsWhereItIsToldToBelowTheFloor() {
    write();
    writer.apply(new Compact(6));
    assertThat(store.reclaim(2, 100)).isFalse();
    assertThat(store.reclaimed()).isEqualTo(2);
    try (StateStore.Snapshot snapshot = store.snapshot()) {
      assertThat(snapshot.change(new Position(4, 0))).isPresent();
    }
  }

  @Test
  void nothingBeyondTheFloorIsReclaimed() {
    write();
    writer.apply(new Compact(3));
    assertThatIllegalArgumentException().isThrownBy(() -> store.reclaim(4, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> store.reclaim(3, 0));
    assertThat(store.reclaimed()).isZero();
  }

  @Test
  void aSnapshotKeepsWhatIsReclaimedBehindItsBack() {
    write();
    writer.apply(new Compact(6));
    try (StateStore.Snapshot before = store.snapshot()) {
      assertThat(store.reclaim(6, 100)).isFalse();
      assertThat(before.reclaimed()).isZero();
      assertThat(changes(before)).hasSize(6);
      assertThat(before.row(GONE)).isPresent();
    }
    try (StateStore.Snapshot after = store.snapshot()) {
      assertThat(changes(after)).hasSize(2);
    }
  }

  @Test
  void aKeyThatWasWrittenSinceKeepsItsFact() {
    writer.apply(put("desired/gone", "1"));
    writer.apply(delete("desired/gone"));
    writer.apply(put("desired/gone", "2"));
    writer.apply(new Compact(2));
    assertThat(store.reclaim(2, 100)).isFalse();

    assertThat(body(store.latest(), "desired/gone")).contains("2");
    try (StateStore.Snapshot snapshot = store.snapshot()) {
      Row row = snapshot.row(GONE).orElseThrow();
      assertThat(ChangePage.read(snapshot, row.modified(), 10, 2).changes()).hasSize(1);
      assertThat(FactPage.readAt(snapshot, snapshot, 2, KeyRange.ALL, 10, false).facts()).isEmpty();
    }
  }

  @Test
  void aPutBehindACompactedDeleteBeginsAnewReclaimedOrNot() {
    writer.apply(put("desired/gone", "1"));
    writer.apply(delete("desired/gone"));
    writer.apply(new Compact(2));
    writer.apply(put("desired/gone", "2"));
    try (StateStore.Snapshot snapshot = store.snapshot()) {
      assertThat(snapshot.change(new Position(3, 0)).orElseThrow().previous())
          .isEqualTo(Position.NONE);
    }
  }

  @Test
  void aCrashKeepsWhatWasFlushedOfReclaimingAndTheRestIsDoneAgain() {
    write();
    writer.apply(new Compact(6));
    assertThat(store.reclaim(6, 2)).isTrue();
    store.flush();
    assertThat(store.reclaim(6, 100)).isFalse();
    use(crash(store));

    assertThat(store.reclaimed()).isEqualTo(2);
    try (StateStore.Snapshot snapshot = store.snapshot()) {
      assertThat(snapshot.reclaimed()).isEqualTo(2);
      assertThat(changes(snapshot)).hasSize(6);
    }
    assertThat(store.reclaim(6, 100)).isFalse();
    try (StateStore.Snapshot snapshot = store.snapshot()) {
      assertThat(changes(snapshot)).hasSize(2);
      assertThat(rows(snapshot, KeyRange.prefix(Bytes.utf8("desired/"))))
          .extracting(Row::key)
          .isEqualTo(List.of(WEB));
      assertThat(snapshot.standing(GONE)).isEqualTo(Optional.empty());
    }
  }
}
