// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.server.core.Commands;
import dev.stele.server.core.Tallies;
import dev.stele.server.core.apply.EntryRule;
import dev.stele.server.core.command.Command;
import dev.stele.server.core.command.Compact;
import dev.stele.server.core.command.Compare;
import dev.stele.server.core.command.Delete;
import dev.stele.server.core.command.Expect;
import dev.stele.server.core.command.Once;
import dev.stele.server.core.command.Operation;
import dev.stele.server.core.command.Put;
import dev.stele.server.core.command.Txn;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Change;
import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.KeyRange;
import dev.stele.server.core.model.Position;
import dev.stele.server.core.model.Row;
import dev.stele.server.core.model.Slack;
import dev.stele.server.core.model.Stamp;
import dev.stele.server.core.model.StoreMeta;
import dev.stele.server.core.read.ChangePage;
import dev.stele.server.core.read.FactPage;
import dev.stele.server.core.session.Session;
import dev.stele.server.core.session.SessionId;
import dev.stele.server.core.session.SessionTag;
import dev.stele.server.core.view.View;
import dev.stele.server.crash.StateDigest;
import dev.stele.server.port.LogPosition;
import dev.stele.server.port.StateStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/**
 * Whatever a log holds, and wherever flushes and crashes fall: RocksDB and the maps come to hold
 * the same.
 */
final class StoresAgreeTest {
  private static final StorageSettings SETTINGS =
      new StorageSettings(
          6 << 20, 1 << 20, 2_000, StorageSettings.Compression.LZ4, 2, 1_000, 1 << 20, 1_000);

  private static final List<Key> KEYS =
      Stream.of("config/a", "desired/a", "desired/a/b", "desired/b", "desired/c")
          .map(Key::of)
          .toList();

  @Property(tries = 150)
  void storesAgree(@ForAll("steps") List<Step> steps) throws IOException {
    Path directory = Files.createTempDirectory("stores-agree");
    try (Twins twins = new Twins(directory)) {
      for (Step step : steps) {
        step.run(twins);
      }
      twins.assertAgree();
      twins.crash();
      twins.assertAgree();
    } finally {
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  @Provide
  Arbitrary<List<Step>> steps() {
    Arbitrary<Step> entry = commands().list().ofMinSize(0).ofMaxSize(4).map(Entry::new);
    Arbitrary<List<Step>> steps =
        Arbitraries.frequencyOf(
                Tuple.of(10, entry),
                Tuple.of(2, Arbitraries.just(new Flush())),
                Tuple.of(2, Arbitraries.just(new Settle())),
                Tuple.of(3, Arbitraries.just(new Hold())),
                Tuple.of(1, Arbitraries.just(new Release())),
                Tuple.of(4, Arbitraries.integers().between(1, 5).map(Reclaim::new)),
                Tuple.of(1, Arbitraries.longs().between(-5, 5).map(Pass::new)),
                Tuple.of(2, Arbitraries.longs().between(0, 5).map(CompactAllBut::new)),
                Tuple.of(1, Arbitraries.just(new Crash())))
            .list()
            .ofMinSize(1)
            .ofMaxSize(30);
    return Combinators.combine(
            Arbitraries.oneOf(Commands.beginning(), Commands.beginningOfClaims()), steps)
        .as(
            (first, rest) ->
                Stream.concat(first.stream().<Step>map(Entry::new), rest.stream()).toList());
  }

  private static Arbitrary<Command> commands() {
    Arbitrary<Key> keys = Arbitraries.of(KEYS);
    Arbitrary<Bytes> bodies = Arbitraries.strings().ascii().ofMaxLength(5).map(Bytes::utf8);
    Arbitrary<Expect> expects =
        Arbitraries.of(
            Expect.ANYTHING, Expect.ANYTHING, new Expect.Absent(), new Expect.AtRevision(3));
    Arbitrary<KeyRange> ranges =
        Arbitraries.oneOf(
            keys.map(KeyRange::single),
            Arbitraries.of("desired/", "desired/a", "config/")
                .map(Bytes::utf8)
                .map(KeyRange::prefix));
    Arbitrary<Command> puts =
        Combinators.combine(keys, bodies, expects)
            .as((key, body, expect) -> new Put(key, body, expect, Optional.empty(), List.of()));
    Arbitrary<Command> deletes =
        ranges.map(range -> new Delete(range, OptionalLong.empty(), List.of()));
    Arbitrary<List<Operation>> branches =
        Arbitraries.oneOf(
                Combinators.combine(keys, bodies)
                    .as(
                        (key, body) ->
                            (Operation) new Operation.PutFact(key, body, Optional.empty())),
                keys.map(key -> (Operation) new Operation.DeleteFacts(KeyRange.single(key))),
                ranges.map(range -> (Operation) new Operation.ListFacts(range, 2, false)))
            .list()
            .ofMaxSize(4);
    Arbitrary<Command> txns =
        Combinators.combine(keys, branches, branches)
            .as(
                (key, then, orElse) ->
                    new Txn(
                        List.of(new Compare(key, Compare.Relation.EQUAL, new Compare.Exists(true))),
                        then,
                        orElse,
                        List.of()));
    Arbitrary<Command> compactions = Arbitraries.longs().between(0, 20).map(Compact::new);
    Arbitrary<Command> writes =
        Arbitraries.frequencyOf(
            Tuple.of(4, puts), Tuple.of(2, deletes), Tuple.of(2, txns), Tuple.of(1, compactions));
    return Arbitraries.oneOf(
        writes,
        Commands.ofLeases(),
        Commands.ofClaims(),
        Combinators.combine(tags(), writes).as(Once::new));
  }

  /** Few enough for retries, other writes under one sequence, and answers that are forgotten. */
  private static Arbitrary<SessionTag> tags() {
    return Combinators.combine(
            Arbitraries.longs().between(1, 3),
            Arbitraries.longs().between(1, 5),
            Arbitraries.longs().between(1, 3))
        .as(
            (id, sequence, mark) ->
                new SessionTag(new SessionId(id, -id), sequence, Math.min(sequence, mark), 0));
  }

  /** What happens to both stores. */
  sealed interface Step {
    void run(Twins twins);
  }

  record Entry(List<Command> commands) implements Step {
    @Override
    public void run(Twins twins) {
      twins.append(commands);
    }
  }

  record Flush() implements Step {
    @Override
    public void run(Twins twins) {
      assertThat(twins.rocks.flush()).isEqualTo(twins.maps.flush());
    }
  }

  /** So many revisions pass that what comes next is far from what was, or just not. */
  record Pass(long beyondSlack) implements Step {
    @Override
    public void run(Twins twins) {
      twins.pass(Slack.REVISIONS + beyondSlack);
    }
  }

  record CompactAllBut(long revisions) implements Step {
    @Override
    public void run(Twins twins) {
      long floor = twins.maps.meta().revision() - revisions;
      if (floor > 0) {
        twins.append(List.of(new Compact(floor)));
      }
    }
  }

  /** What is in memory goes to RocksDB; nobody sees it. */
  record Settle() implements Step {
    @Override
    public void run(Twins twins) {
      twins.rocks.settle();
    }
  }

  /** A reader begins that reads to the end of whatever follows. */
  record Hold() implements Step {
    @Override
    public void run(Twins twins) {
      twins.held.add(new Held(twins.rocks.snapshot(), twins.maps.snapshot()));
    }
  }

  /** The reader that began first ends. */
  record Release() implements Step {
    @Override
    public void run(Twins twins) {
      if (!twins.held.isEmpty()) {
        twins.held.remove(0).close();
      }
    }
  }

  record Reclaim(int maxChanges) implements Step {
    @Override
    public void run(Twins twins) {
      long floor = twins.maps.meta().floor();
      assertThat(twins.rocks.reclaim(floor, maxChanges))
          .isEqualTo(twins.maps.reclaim(floor, maxChanges));
    }
  }

  record Crash() implements Step {
    @Override
    public void run(Twins twins) {
      twins.crash();
    }
  }

  /** Both stores, the log that leads to what they hold, and what a reader saw after each entry. */
  private static final class Twins implements AutoCloseable {
    private final Path directory;
    private final List<List<Command>> log = new ArrayList<>();

    /** How many revisions pass at an entry, which then has no commands. */
    private final Map<Integer, Long> passing = new TreeMap<>();

    private final Map<Position, Change> changes = new TreeMap<>();
    private final Map<Long, List<Fact>> factsAt = new TreeMap<>();
    private final List<Held> held = new ArrayList<>();
    private RocksStateStore rocks;
    private MapStateStore maps = new MapStateStore();

    Twins(Path directory) {
      this.directory = directory;
      rocks = RocksStateStore.open(directory, SETTINGS);
    }

    void append(List<Command> commands) {
      View view = maps.latest();
      log.add(commands.stream().map(command -> Commands.now(command, view)).toList());
      replay();
      noteFacts();
    }

    void pass(long revisions) {
      passing.put(log.size(), revisions);
      log.add(List.of());
      replay();
      noteFacts();
    }

    private void noteFacts() {
      List<Fact> facts = FactPage.read(maps.latest(), KeyRange.ALL, 100, false).facts();
      factsAt.put(maps.latest().meta().revision(), facts);
    }

    void crash() {
      release();
      LogPosition durable = maps.durable();
      assertThat(rocks.durable()).isEqualTo(durable);
      rocks.close();
      rocks = RocksStateStore.open(directory, SETTINGS);
      maps = maps.crash();
      assertThat(rocks.applied()).isEqualTo(durable);
      assertThat(maps.applied()).isEqualTo(durable);
      replay();
    }

    /** As after a start: from the first entry on, skipping what is applied. */
    private void replay() {
      for (int index = 0; index < log.size(); index++) {
        if (index > rocks.applied().index()) {
          LogPosition entry = new LogPosition(1 + index / 5, index);
          Stamp stamp = new Stamp(entry.term(), 100L * index, 0);
          if (passing.containsKey(index)) {
            rocks.commit(entry, Writer.passing(rocks, passing.get(index)));
            maps.commit(entry, Writer.passing(maps, passing.get(index)));
            continue;
          }
          EntryRule.Decided fromRocks = EntryRule.decide(rocks.latest(), stamp, log.get(index));
          EntryRule.Decided fromMaps = EntryRule.decide(maps.latest(), stamp, log.get(index));
          assertThat(fromRocks).isEqualTo(fromMaps);
          rocks.commit(entry, fromRocks.effects());
          maps.commit(entry, fromMaps.effects());
          fromMaps.effects().changes().forEach(change -> changes.put(change.at(), change));
        }
      }
    }

    private void release() {
      held.forEach(Held::close);
      held.clear();
    }

    void assertAgree() {
      held.forEach(Held::assertSame);
      assertThat(rocks.applied()).isEqualTo(maps.applied());
      assertThat(StateDigest.of(rocks)).isEqualTo(StateDigest.of(maps));
      try (StateStore.Snapshot left = rocks.snapshot();
          StateStore.Snapshot right = maps.snapshot()) {
        StoreMeta meta = right.meta();
        assertThat(left.meta()).isEqualTo(meta);
        assertThat(StateStoreContract.rows(left, KeyRange.ALL))
            .isEqualTo(StateStoreContract.rows(right, KeyRange.ALL))
            .isEqualTo(StateStoreContract.rows(rocks.latest(), KeyRange.ALL));
        assertThat(left.reclaimed()).isEqualTo(right.reclaimed()).isEqualTo(rocks.reclaimed());
        assertThat(StateStoreContract.changes(left)).isEqualTo(StateStoreContract.changes(right));
        assertThat(changes.keySet())
            .filteredOn(at -> at.revision() > meta.floor())
            .allSatisfy(at -> assertThat(left.change(at)).contains(changes.get(at)));
        for (String lease : List.of("l", "l2", "none")) {
          assertThat(left.leaseSide(lease))
              .isEqualTo(right.leaseSide(lease))
              .isEqualTo(rocks.latest().leaseSide(lease));
          assertThat(bound(left, lease))
              .isEqualTo(bound(right, lease))
              .isEqualTo(bound(rocks.latest(), lease))
              .hasSize((int) left.leaseSide(lease).boundFacts());
        }
        for (String pool : Commands.POOLS) {
          assertThat(Tallies.of(rocks.latest().pool(pool)))
              .isEqualTo(Tallies.of(left.pool(pool)))
              .isEqualTo(Tallies.of(right.pool(pool)));
        }
        for (Key key : KEYS) {
          assertThat(left.row(key)).isEqualTo(right.row(key));
          assertThat(left.standing(key)).isEqualTo(rocks.latest().standing(key));
          Optional<Row> row = left.standing(key);
          assertThat(row.map(standing -> trail(standing, left)))
              .isEqualTo(row.map(standing -> trail(standing, right)));
        }
        SortedSet<Long> revisions = new TreeSet<>(factsAt.keySet());
        changes.keySet().forEach(at -> revisions.add(at.revision()));
        revisions.add(meta.floor());
        for (long revision : revisions.subSet(meta.floor(), meta.revision() + 1)) {
          List<Fact> facts = pagesAt(left, revision);
          assertThat(facts).isEqualTo(pagesAt(right, revision));
          if (factsAt.containsKey(revision)) {
            assertThat(facts).isEqualTo(factsAt.get(revision));
          }
        }
        for (Change change : StateStoreContract.changes(left)) {
          assertThat(left.before(change)).isEqualTo(right.before(change));
        }
      }
    }

    private static ChangePage trail(Row row, StateStore.Snapshot snapshot) {
      StoreMeta meta = snapshot.meta();
      return ChangePage.first(row, snapshot, meta.revision(), 100, meta.floor());
    }

    private static List<Key> bound(View view, String lease) {
      List<Key> keys = new ArrayList<>();
      view.scanBound(lease, keys::add);
      return keys;
    }

    private static List<Fact> pagesAt(StateStore.Snapshot snapshot, long revision) {
      List<Fact> facts = new ArrayList<>();
      KeyRange range = KeyRange.ALL;
      for (boolean more = true; more; ) {
        FactPage page = FactPage.readAt(snapshot, snapshot, revision, range, 2, false);
        facts.addAll(page.facts());
        more = page.more();
        range = more ? range.after(facts.get(facts.size() - 1).key()) : range;
      }
      return facts;
    }

    @Override
    public void close() {
      held.forEach(Held::release);
      rocks.close();
      maps.close();
    }
  }

  /** Snapshots of one moment, taken of both. */
  private record Held(StateStore.Snapshot left, StateStore.Snapshot right) {
    void assertSame() {
      assertThat(left.applied()).isEqualTo(right.applied());
      assertThat(left.meta()).isEqualTo(right.meta());
      assertThat(left.reclaimed()).isEqualTo(right.reclaimed());
      assertThat(StateStoreContract.rows(left, KeyRange.ALL))
          .isEqualTo(StateStoreContract.rows(right, KeyRange.ALL));
      KeyRange some = new KeyRange(Bytes.utf8("config/b"), Optional.of(Bytes.utf8("desired/b")));
      assertThat(StateStoreContract.rows(left, some))
          .isEqualTo(StateStoreContract.rows(right, some));
      for (Key key : KEYS) {
        assertThat(left.row(key)).isEqualTo(right.row(key));
      }
      List<Change> changes = StateStoreContract.changes(right);
      assertThat(StateStoreContract.changes(left)).isEqualTo(changes);
      for (int i = 0; i < changes.size(); i++) {
        Change change = changes.get(i);
        assertThat(left.change(change.at())).contains(change);
        List<Change> behind = new ArrayList<>();
        left.scanChanges(change.at(), next -> behind.add(next) && behind.size() < 2);
        assertThat(behind).isEqualTo(changes.subList(i, Math.min(changes.size(), i + 2)));
      }
      assertSameSessions();
      for (String lease : List.of("l", "l2", "none")) {
        assertThat(left.leaseSide(lease)).isEqualTo(right.leaseSide(lease));
        assertThat(Twins.bound(left, lease)).isEqualTo(Twins.bound(right, lease));
      }
    }

    private void assertSameSessions() {
      List<Session> sessions = right.sessions(Optional.empty(), 100);
      assertThat(left.sessions(Optional.empty(), 100)).isEqualTo(sessions);
      for (Session session : sessions) {
        assertThat(left.session(session.id())).contains(session);
        Optional<SessionId> last = Optional.of(session.id());
        assertThat(left.sessions(last, 1)).isEqualTo(right.sessions(last, 1));
      }
    }

    void close() {
      assertSame();
      release();
    }

    void release() {
      left.close();
      right.close();
    }
  }
}
