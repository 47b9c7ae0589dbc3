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
import dev.stele.server.core.model.Change;
import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.KeyRange;
import dev.stele.server.core.model.Position;
import dev.stele.server.core.model.Row;
import dev.stele.server.core.model.Slack;
import dev.stele.server.core.read.ChangePage;
import dev.stele.server.core.read.FactPage;
import dev.stele.server.port.StateStore;
import java.util.ArrayList;
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
  void changesThroughTheFloorAreNotShownAndWhatStoodThereIsFound() {
    write();
    writer.apply(new Compact(4));
    assertThat(store.reclaim(4, 100)).isFalse();

    assertThat(store.reclaimed()).isEqualTo(4);
    try (StateStore.Snapshot snapshot = store.snapshot()) {
      assertThat(snapshot.reclaimed()).isEqualTo(4);
      assertThat(changes(snapshot)).extracting(c -> c.at().revision()).containsExactly(5L, 6L);
      assertThat(rows(snapshot, KeyRange.ALL)).allMatch(Fact.class::isInstance).hasSize(2);
      assertThat(FactPage.readAt(snapshot, snapshot, 4, KeyRange.ALL, 10, false).facts())
          .extracting(fact -> fact.key() + "=" + fact.body().toUtf8())
          .containsExactly("desired/web=2");
      assertThat(trail(snapshot, WEB)).containsExactly("5 over 3: 3", "3 over 0: 2");
    }
  }

  @Test
  void theTombstoneOfADeleteAtTheFloorGoesAndOneBehindItStays() {
    write();
    writer.apply(new Compact(3));
    assertThat(store.reclaim(3, 100)).isFalse();
    try (StateStore.Snapshot snapshot = store.snapshot()) {
      assertThat(snapshot.row(GONE)).isPresent();
      assertThat(trail(snapshot, GONE)).containsExactly("4 over 2: deleted", "2 over 0: x");
    }
    writer.apply(new Compact(4));
    assertThat(store.reclaim(4, 100)).isFalse();
    try (StateStore.Snapshot snapshot = store.snapshot()) {
      assertThat(snapshot.row(GONE)).isEmpty();
    }
  }

  @Test
  void aStepGoesOverNoMoreDeletesThanItMay() {
    writer.apply(put("desired/a", ""), put("desired/b", ""), put("desired/c", ""));
    writer.apply(delete("desired/a"), put("config/other", "o"), delete("desired/b"));
    writer.apply(delete("desired/c"), put("config/other", "o"), new Compact(8));
    assertThat(store.reclaim(8, 2)).isTrue();
    assertThat(store.reclaimed()).isEqualTo(6);
    assertThat(store.reclaim(8, 1)).isTrue();
    assertThat(store.reclaimed()).isEqualTo(7);
    assertThat(store.reclaim(8, 1)).isFalse();
    assertThat(store.reclaimed()).isEqualTo(8);
    assertThat(store.reclaim(8, 1)).isFalse();
    assertThat(store.reclaimed()).isEqualTo(8);
  }

  @Test
  void oneRevisionMayTakeSeveralSteps() {
    writer.apply(put("desired/a", ""), put("desired/b", ""), put("desired/c", ""));
    writer.apply(Writer.deletePrefix("desired/"));
    writer.apply(new Compact(4));
    assertThat(store.reclaim(4, 2)).isTrue();
    assertThat(store.reclaimed()).isEqualTo(4);
    try (StateStore.Snapshot snapshot = store.snapshot()) {
      assertThat(rows(snapshot, KeyRange.ALL)).hasSize(1);
      assertThat(changes(snapshot)).isEmpty();
    }
    assertThat(store.reclaim(4, 2)).isFalse();
    try (StateStore.Snapshot snapshot = store.snapshot()) {
      assertThat(rows(snapshot, KeyRange.ALL)).isEmpty();
    }
  }

  @Test
  void reclaimingStopsWhereItIsToldToBelowTheFloor() {
    write();
    writer.apply(new Compact(6));
    assertThat(store.reclaim(3, 100)).isFalse();
    assertThat(store.reclaimed()).isEqualTo(3);
    try (StateStore.Snapshot snapshot = store.snapshot()) {
      assertThat(snapshot.row(GONE)).isPresent();
      assertThat(changes(snapshot)).hasSize(3);
    }
    assertThat(store.reclaim(2, 100)).isFalse();
    assertThat(store.reclaimed()).isEqualTo(3);
  }

  /** What stood at the floor is as old as may be, and its change long gone. */
  @Test
  void whatStoodAtTheFloorIsCarriedByTheFirstChangeBehindIt() {
    writer.apply(put("desired/web", "old"), put("desired/gone", "x"), put("config/other", "o"));
    writer.apply(delete("desired/gone"));
    writer.pass(Slack.REVISIONS);
    writer.apply(put("desired/web", "new"), put("desired/gone", "again"));
    writer.apply(delete("config/other"));
    long last = store.meta().revision();
    writer.apply(new Compact(last - 4));
    store.flush();
    assertThat(store.reclaim(last - 4, 100)).isFalse();
    store.flush();
    assertTrails(last);
    use(crash(store));
    assertTrails(last);
  }

  private void assertTrails(long last) {
    try (StateStore.Snapshot snapshot = store.snapshot()) {
      assertThat(trail(snapshot, WEB)).containsExactly(last - 2 + " over 1: new", "1 over 0: old");
      assertThat(trail(snapshot, GONE)).containsExactly(last - 1 + " over 4: again");
      assertThat(trail(snapshot, Key.of("config/other")))
          .containsExactly(last + " over 3: deleted", "3 over 0: o");
      assertThat(FactPage.readAt(snapshot, snapshot, last - 4, KeyRange.ALL, 10, false).facts())
          .extracting(fact -> fact.key() + "=" + fact.body().toUtf8())
          .containsExactly("config/other=o", "desired/web=old");
      for (Change change : changes(snapshot)) {
        assertThat(snapshot.before(change)).contains(change.before().orElseThrow());
      }
    }
  }

  /** A change carries what stood before exactly from where history may not have it any more. */
  @Test
  void whatStoodNearIsNotCarriedAndStaysBelowTheFloor() {
    writer.apply(put("desired/web", "old"), put("desired/gone", "x"));
    writer.pass(Slack.REVISIONS - 2);
    writer.apply(put("desired/web", "near"), put("desired/gone", "near"), put("desired/web", "n"));
    long last = store.meta().revision();
    writer.apply(new Compact(last - 3));
    assertThat(store.reclaim(last - 3, 100)).isFalse();
    store.flush();
    try (StateStore.Snapshot snapshot = store.snapshot()) {
      assertThat(changes(snapshot)).extracting(Change::before).containsOnly(Optional.empty());
      assertThat(trail(snapshot, WEB)).last().isEqualTo("1 over 0: old");
      assertThat(trail(snapshot, GONE)).last().isEqualTo("2 over 0: x");
    }
    writer.pass(Slack.REVISIONS);
    writer.apply(put("desired/web", "far"));
    try (StateStore.Snapshot snapshot = store.snapshot()) {
      assertThat(changes(snapshot).get(3).before()).isPresent();
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
      assertThat(changes(after)).isEmpty();
      assertThat(after.row(GONE)).isEmpty();
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
      assertThat(trail(snapshot, GONE)).containsExactly("3 over 2: 2");
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
    assertThat(store.reclaim(3, 2)).isFalse();
    store.flush();
    assertThat(store.reclaim(6, 100)).isFalse();
    use(crash(store));

    assertThat(store.reclaimed()).isEqualTo(3);
    try (StateStore.Snapshot snapshot = store.snapshot()) {
      assertThat(snapshot.reclaimed()).isEqualTo(3);
      assertThat(changes(snapshot)).hasSize(3);
      assertThat(snapshot.row(GONE)).isPresent();
    }
    assertThat(store.reclaim(6, 100)).isFalse();
    try (StateStore.Snapshot snapshot = store.snapshot()) {
      assertThat(changes(snapshot)).isEmpty();
      assertThat(rows(snapshot, KeyRange.prefix(Bytes.utf8("desired/"))))
          .extracting(Row::key)
          .isEqualTo(List.of(WEB));
      assertThat(snapshot.standing(GONE)).isEqualTo(Optional.empty());
    }
  }

  /** All pages of one change, in words, newest first. */
  private static List<String> trail(StateStore.Snapshot snapshot, Key key) {
    List<String> trail = new ArrayList<>();
    Row row = snapshot.standing(key).orElseThrow();
    long floor = snapshot.meta().floor();
    ChangePage page = ChangePage.first(row, snapshot, snapshot.meta().revision(), 1, floor);
    trail.addAll(words(page));
    while (page.more()) {
      page = ChangePage.behind(page.changes().get(0).at(), snapshot, 1, floor);
      trail.addAll(words(page));
    }
    return trail;
  }

  private static List<String> words(ChangePage page) {
    return page.changes().stream()
        .map(
            change ->
                "%d over %d: %s"
                    .formatted(
                        change.at().revision(),
                        change.previous().revision(),
                        change.row() instanceof Fact fact ? fact.body().toUtf8() : "deleted"))
        .toList();
  }
}
