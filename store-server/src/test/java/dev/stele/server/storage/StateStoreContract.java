// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import static dev.stele.server.storage.Writer.delete;
import static dev.stele.server.storage.Writer.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import dev.stele.server.core.apply.Effects;
import dev.stele.server.core.command.FormCluster;
import dev.stele.server.core.lease.LeaseChanges;
import dev.stele.server.core.lease.LeaseSide;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Change;
import dev.stele.server.core.model.ClusterIdentity;
import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.KeyRange;
import dev.stele.server.core.model.LeaseRef;
import dev.stele.server.core.model.Limits;
import dev.stele.server.core.model.Position;
import dev.stele.server.core.model.Row;
import dev.stele.server.core.model.StoreMeta;
import dev.stele.server.core.model.Tombstone;
import dev.stele.server.core.read.ChangePage;
import dev.stele.server.core.read.FactPage;
import dev.stele.server.core.view.History;
import dev.stele.server.core.view.View;
import dev.stele.server.port.LogPosition;
import dev.stele.server.port.StateStore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link StateStore} does. */
abstract class StateStoreContract {
  private static final Key WEB = Key.of("desired/web");

  protected StateStore store;
  protected Writer writer;

  /** An empty store. */
  abstract StateStore open();

  /** Ends the process that has {@code store} open, and opens what it leaves behind. */
  abstract StateStore crash(StateStore store);

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

  @Test
  void anEmptyStoreHasAppliedNothing() {
    assertThat(store.applied()).isEqualTo(LogPosition.NONE);
    assertThat(store.durable()).isEqualTo(LogPosition.NONE);
    assertThat(store.latest().meta()).isEqualTo(StoreMeta.EMPTY);
    assertThat(rows(store.latest(), KeyRange.ALL)).isEmpty();
    try (StateStore.Snapshot snapshot = store.snapshot()) {
      assertThat(snapshot.applied()).isEqualTo(LogPosition.NONE);
      assertThat(snapshot.change(Position.NONE)).isEmpty();
    }
  }

  @Test
  void aCommitIsSeenAtOnceAndWhole() {
    LogPosition entry = writer.apply(put("desired/web", "3"), put("desired/db", "1"));

    assertThat(store.applied()).isEqualTo(entry);
    assertThat(store.latest().meta().revision()).isEqualTo(2);
    assertThat(body(store.latest(), "desired/web")).contains("3");
    try (StateStore.Snapshot snapshot = store.snapshot()) {
      assertThat(snapshot.applied()).isEqualTo(entry);
      assertThat(snapshot.meta()).isEqualTo(store.latest().meta());
      assertThat(body(snapshot, "desired/db")).contains("1");
    }
  }

  @Test
  void aDeleteLeavesATombstoneThatScansSee() {
    writer.apply(put("desired/web", "3"), put("desired/db", "1"));
    writer.apply(delete("desired/web"));

    assertThat(store.latest().fact(WEB)).isEmpty();
    Row tombstone = new Tombstone(WEB, new Position(3, 0));
    assertThat(store.latest().row(WEB)).contains(tombstone);
    assertThat(rows(store.latest(), KeyRange.prefix(Bytes.utf8("desired/w"))))
        .containsExactly(tombstone);
    try (StateStore.Snapshot snapshot = store.snapshot()) {
      assertThat(rows(snapshot, KeyRange.ALL)).hasSize(2).contains(tombstone);
    }
  }

  @Test
  void aScanGoesInByteOrderFromItsFirstBoundUpToItsSecond() {
    writer.apply(
        put("desired/b", ""),
        put("desired/é", ""),
        put("desired/a", ""),
        put("desired/c", ""),
        put("config/z", ""),
        put("desired/a/b", ""));

    assertThat(keys(KeyRange.ALL))
        .containsExactly(
            "config/z", "desired/a", "desired/a/b", "desired/b", "desired/c", "desired/é");
    assertThat(keys(new KeyRange(Bytes.utf8("desired/a"), Optional.of(Bytes.utf8("desired/c")))))
        .containsExactly("desired/a", "desired/a/b", "desired/b");
    assertThat(keys(new KeyRange(Bytes.utf8("desired/c"), Optional.empty())))
        .containsExactly("desired/c", "desired/é");
    assertThat(keys(KeyRange.single(Key.of("desired/a")))).containsExactly("desired/a");
    assertThat(keys(KeyRange.prefix(Bytes.utf8("desired/a/")))).containsExactly("desired/a/b");
    assertThat(keys(new KeyRange(Bytes.utf8("desired/c"), Optional.of(Bytes.utf8("desired/a")))))
        .isEmpty();
    assertThat(keys(KeyRange.prefix(Bytes.wrap(new byte[] {(byte) 0xff})))).isEmpty();
  }

  @Test
  void aScanEndsWhenItsVisitorHasSeenEnough() {
    writer.apply(put("desired/a", ""), put("desired/b", ""), put("desired/c", ""));
    List<String> seen = new ArrayList<>();
    try (StateStore.Snapshot snapshot = store.snapshot()) {
      snapshot.scan(
          KeyRange.ALL,
          row -> {
            seen.add(row.key().toString());
            return seen.size() < 2;
          });
    }
    assertThat(seen).containsExactly("desired/a", "desired/b");
  }

  @Test
  void aSnapshotStaysAsItWasWhileCommitsGoOn() {
    LogPosition entry = writer.apply(put("desired/web", "1"), put("desired/db", "1"));
    try (StateStore.Snapshot snapshot = store.snapshot()) {
      writer.apply(put("desired/web", "2"), put("desired/new", "2"));
      writer.apply(delete("desired/db"));
      store.flush();

      assertThat(snapshot.applied()).isEqualTo(entry);
      assertThat(snapshot.meta().revision()).isEqualTo(2);
      assertThat(body(snapshot, "desired/web")).contains("1");
      assertThat(rows(snapshot, KeyRange.ALL)).hasSize(2).allMatch(Fact.class::isInstance);
      assertThat(snapshot.change(new Position(3, 0))).isEmpty();
    }
    assertThat(body(store.latest(), "desired/web")).contains("2");
  }

  @Test
  void aListIsPagedAtOneRevisionWhileCommitsGoOn() {
    for (String name : List.of("a", "b", "c", "d", "e")) {
      writer.apply(put("desired/" + name, "old"));
    }
    writer.apply(delete("desired/b"));
    writer.apply(put("desired/b", "again"), put("desired/f", "new"));
    long revision = 5;

    List<String> paged = new ArrayList<>();
    KeyRange range = KeyRange.prefix(Bytes.utf8("desired/"));
    for (boolean more = true; more; ) {
      try (StateStore.Snapshot snapshot = store.snapshot()) {
        FactPage page = FactPage.readAt(snapshot, snapshot, revision, range, 2, false);
        page.facts().forEach(fact -> paged.add(fact.key().name() + "=" + fact.body()));
        more = page.more();
        range = range.after(page.facts().get(page.facts().size() - 1).key());
      }
      writer.apply(put("desired/c", "later"), delete("desired/d"), put("desired/aa", "later"));
    }
    assertThat(paged).containsExactly("a=old", "b=old", "c=old", "d=old", "e=old");
  }

  @Test
  void historyIsWalkedBackOverDeletesAndNewBeginnings() {
    writer.apply(put("desired/web", "1"));
    writer.apply(put("desired/web", "2"), put("desired/db", "x"));
    writer.apply(delete("desired/web"));
    writer.apply(put("desired/web", "3"));

    try (StateStore.Snapshot snapshot = store.snapshot()) {
      ChangePage page = ChangePage.first(snapshot.row(WEB).orElseThrow(), snapshot, 5, 10, 0);
      assertThat(page.changes())
          .extracting(change -> change.at().revision())
          .containsExactly(5L, 4L, 2L, 1L);
      assertThat(page.changes().get(1))
          .isEqualTo(
              new Change.Deleted(new Tombstone(WEB, new Position(4, 0)), new Position(2, 0)));
      Change.Put newest = (Change.Put) page.changes().get(0);
      assertThat(newest.fact().createRevision()).isEqualTo(5);
      assertThat(newest.fact().version()).isEqualTo(1);
      assertThat(snapshot.change(new Position(5, 1))).isEmpty();
      assertThat(snapshot.change(new Position(6, 0))).isEmpty();
    }
  }

  @Test
  void everythingThatAFactHasIsKept() {
    Fact bound =
        new Fact(
            Key.of("claim/" + "é".repeat(240)),
            Bytes.wrap(new byte[Limits.BODY_MAX_BYTES]),
            7,
            new Position(9, Limits.TXN_MAX_OPERATIONS - 1),
            Long.MAX_VALUE,
            Optional.of(new LeaseRef("controllers/é", Long.MAX_VALUE)));
    Fact plain = new Fact(WEB, Bytes.EMPTY, 9, new Position(9, 128), 1, Optional.empty());
    Fact before = new Fact(bound.key(), Bytes.utf8("b"), 7, new Position(8, 3), 2, bound.lease());
    Change.Put first = new Change.Put(bound, new Position(8, 3), Optional.of(before));
    Change.Put second = new Change.Put(plain, Position.NONE);

    store.commit(
        new LogPosition(1, 0),
        new Effects(
            StoreMeta.EMPTY.changed(9, StoreMeta.EMPTY.usage(), 0, 0),
            List.of(first, second),
            List.of(),
            LeaseChanges.NONE));
    store.flush();
    use(crash(store));

    try (StateStore.Snapshot snapshot = store.snapshot()) {
      assertThat(rows(snapshot, KeyRange.ALL)).containsExactly(bound, plain);
      assertThat(snapshot.change(bound.modified())).contains(first);
      assertThat(snapshot.change(plain.modified())).contains(second);
    }
    assertThat(store.latest().row(bound.key())).contains(bound);
  }

  @Test
  void anEntryWithoutChangesMovesAppliedAndMeta() {
    writer.apply(put("desired/web", "1"));
    ClusterIdentity identity = new ClusterIdentity("c1", 2);
    LogPosition entry = writer.apply(new FormCluster(identity, 1, Collections.emptySortedMap()));

    assertThat(store.applied()).isEqualTo(entry);
    assertThat(store.latest().meta().revision()).isEqualTo(1);
    assertThat(store.latest().meta().identity()).contains(identity);
    try (StateStore.Snapshot snapshot = store.snapshot()) {
      assertThat(snapshot.applied()).isEqualTo(entry);
      assertThat(snapshot.meta().identity()).contains(identity);
    }
  }

  @Test
  void whatStandsBesideLeasesIsKeptAndTakenAwayWithTheEntry() {
    LeaseSide side = new LeaseSide(2, OptionalLong.of(90_000));
    LeaseSide other = new LeaseSide(1, OptionalLong.empty());
    commitBeside(
        List.of(new LeaseChanges.Side("a", side), new LeaseChanges.Side("a/b", other)),
        List.of(
            new LeaseChanges.Binding("a", WEB, true),
            new LeaseChanges.Binding("a", Key.of("config/x"), true),
            new LeaseChanges.Binding("a/b", WEB, true)));
    store.flush();
    try (StateStore.Snapshot before = store.snapshot()) {
      commitBeside(
          List.of(new LeaseChanges.Side("a", LeaseSide.NONE)),
          List.of(
              new LeaseChanges.Binding("a", WEB, false),
              new LeaseChanges.Binding("b", WEB, false)));
      assertBeside(before, "a", side, List.of(Key.of("config/x"), WEB));
      assertBeside(store.latest(), "a", LeaseSide.NONE, List.of(Key.of("config/x")));
      assertBeside(store.latest(), "a/b", other, List.of(WEB));
      assertBeside(store.latest(), "b", LeaseSide.NONE, List.of());
    }

    use(crash(store));

    assertBeside(store.latest(), "a", side, List.of(Key.of("config/x"), WEB));
    assertBeside(store.latest(), "a/b", other, List.of(WEB));
  }

  private void commitBeside(List<LeaseChanges.Side> sides, List<LeaseChanges.Binding> bindings) {
    store.commit(
        new LogPosition(1, store.applied().index() + 1),
        new Effects(store.meta(), List.of(), List.of(), new LeaseChanges(sides, bindings)));
  }

  private static void assertBeside(View view, String lease, LeaseSide side, List<Key> bound) {
    assertThat(view.leaseSide(lease)).isEqualTo(side);
    List<Key> found = new ArrayList<>();
    view.scanBound(lease, found::add);
    assertThat(found).isEqualTo(bound);
  }

  @Test
  void anEntryThatIsNotBeyondTheLastOneIsRefused() {
    LogPosition entry = writer.apply(put("desired/web", "1"));
    StoreMeta meta = store.latest().meta();
    for (LogPosition wrong :
        List.of(
            entry,
            new LogPosition(entry.term() + 1, entry.index()),
            new LogPosition(entry.term() - 1, entry.index() + 1),
            LogPosition.NONE)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> store.commit(wrong, Effects.none(StoreMeta.EMPTY)));
    }
    assertThat(store.applied()).isEqualTo(entry);
    assertThat(store.latest().meta()).isEqualTo(meta);
  }

  @Test
  void onlyAFlushMovesDurable() {
    LogPosition first = writer.apply(put("desired/web", "1"));
    assertThat(store.durable()).isEqualTo(LogPosition.NONE);
    assertThat(store.flush()).isEqualTo(first);
    writer.apply(put("desired/web", "2"));
    assertThat(store.durable()).isEqualTo(first);
    assertThat(store.flush()).isEqualTo(store.applied());
    assertThat(store.flush()).isEqualTo(store.applied());
    assertThat(store.durable()).isEqualTo(store.applied());
  }

  @Test
  void aCrashKeepsWhatWasFlushedAndLosesTheRest() {
    writer.apply(put("desired/web", "1"), put("desired/db", "1"));
    LogPosition flushed =
        writer.apply(
            delete("desired/db"),
            new FormCluster(new ClusterIdentity("c1", 0), 1, Collections.emptySortedMap()));
    StoreMeta meta = store.latest().meta();
    List<Row> rows = rows(store.latest(), KeyRange.ALL);
    store.flush();
    writer.apply(put("desired/web", "2"), put("config/new", "2"));

    use(crash(store));

    assertThat(store.applied()).isEqualTo(flushed);
    assertThat(store.durable()).isEqualTo(flushed);
    assertThat(store.latest().meta()).isEqualTo(meta);
    assertThat(rows(store.latest(), KeyRange.ALL)).isEqualTo(rows);
    try (StateStore.Snapshot snapshot = store.snapshot()) {
      assertThat(snapshot.change(new Position(4, 0))).isEmpty();
      assertThat(snapshot.change(new Position(3, 0))).isPresent();
    }
    writer.apply(put("desired/web", "3"));
    assertThat(body(store.latest(), "desired/web")).contains("3");
  }

  @Test
  void aCrashBeforeTheFirstFlushLeavesAnEmptyStore() {
    writer.apply(put("desired/web", "1"));
    use(crash(store));
    assertThat(store.applied()).isEqualTo(LogPosition.NONE);
    assertThat(rows(store.latest(), KeyRange.ALL)).isEmpty();
  }

  @Test
  void whatIsClosedRefusesEveryCall() {
    writer.apply(put("desired/web", "1"));
    View latest = store.latest();
    StateStore.Snapshot snapshot = store.snapshot();
    snapshot.close();
    snapshot.close();
    store.close();
    store.close();

    List<Runnable> calls =
        List.of(
            () -> store.latest(),
            () -> store.snapshot(),
            () -> store.applied(),
            () -> store.durable(),
            () -> store.commit(new LogPosition(9, 9), Effects.none(StoreMeta.EMPTY)),
            () -> store.flush(),
            () -> store.sizeBytes(),
            () -> store.reclaim(0, 1),
            () -> store.reclaimed(),
            () -> latest.meta(),
            () -> latest.row(WEB),
            () -> latest.scan(KeyRange.ALL, row -> true),
            () -> latest.leaseSide("a"),
            () -> latest.scanBound("a", key -> {}),
            () -> snapshot.applied(),
            () -> snapshot.meta(),
            () -> snapshot.reclaimed(),
            () -> snapshot.row(WEB),
            () -> snapshot.scan(KeyRange.ALL, row -> true),
            () -> snapshot.leaseSide("a"),
            () -> snapshot.scanBound("a", key -> {}),
            () -> snapshot.change(new Position(1, 0)));
    for (Runnable call : calls) {
      assertThatIllegalStateException().isThrownBy(call::run);
    }
  }

  @Test
  void closingWaitsForOpenSnapshots() throws InterruptedException {
    writer.apply(put("desired/web", "1"));
    StateStore.Snapshot snapshot = store.snapshot();
    Thread closer = new Thread(store::close);
    closer.start();
    await().until(() -> closer.getState() == Thread.State.WAITING);

    assertThat(body(snapshot, "desired/web")).contains("1");
    assertThat(rows(snapshot, KeyRange.ALL)).hasSize(1);
    assertThatIllegalStateException().isThrownBy(() -> store.snapshot());
    assertThat(closer.isAlive()).isTrue();
    snapshot.close();
    closer.join();
  }

  @Test
  void sizeGrowsWithWhatIsStored() {
    long before = store.sizeBytes();
    String body = "x".repeat(10_000);
    for (int i = 0; i < 300; i++) {
      writer.apply(put("desired/" + i, body));
    }
    assertThat(store.sizeBytes()).isGreaterThan(before + 2_000_000);
  }

  private List<String> keys(KeyRange range) {
    List<String> latest =
        rows(store.latest(), range).stream().map(row -> row.key().toString()).toList();
    try (StateStore.Snapshot snapshot = store.snapshot()) {
      assertThat(rows(snapshot, range)).extracting(row -> row.key().toString()).isEqualTo(latest);
    }
    return latest;
  }

  static List<Row> rows(View view, KeyRange range) {
    List<Row> rows = new ArrayList<>();
    view.scan(range, rows::add);
    return rows;
  }

  static List<Change> changes(History history) {
    List<Change> changes = new ArrayList<>();
    history.scanChanges(Position.NONE, changes::add);
    return changes;
  }

  static Optional<String> body(View view, String key) {
    return view.fact(Key.of(key)).map(fact -> fact.body().toUtf8());
  }
}
