// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.server.core.apply.Effects;
import dev.stele.server.core.apply.EntryRule;
import dev.stele.server.core.apply.EntryRule.Decided;
import dev.stele.server.core.command.ClaimOwned;
import dev.stele.server.core.command.Command;
import dev.stele.server.core.command.Result;
import dev.stele.server.core.lease.LeaseSide;
import dev.stele.server.core.model.Change;
import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.KeyRange;
import dev.stele.server.core.model.Position;
import dev.stele.server.core.model.Row;
import dev.stele.server.core.model.SessionUsage;
import dev.stele.server.core.model.Stamp;
import dev.stele.server.core.model.StoreMeta;
import dev.stele.server.core.read.ChangePage;
import dev.stele.server.core.read.FactPage;
import dev.stele.server.core.session.Session;
import dev.stele.server.core.view.View;
import dev.stele.server.port.LogPosition;
import dev.stele.server.port.StateStore;
import dev.stele.server.storage.MapStateStore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
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
import net.jqwik.api.constraints.IntRange;

/**
 * The core against a model that shares no rule with it: results, states at every revision, history
 * and counts.
 */
final class CoreAgainstModelTest {
  /** Far more than any stamp moves it, so that sessions expire within a few entries. */
  private static final long LEAP_MILLIS = ModelStore.TTL_MILLIS / 5;

  private static final List<String> LEASES = List.of("l", "l2", "member/m");

  /**
   * Random command sequences, each cut into entries at random, on a replica that reclaims a few
   * changes after each entry and on one that never does.
   */
  @Property(tries = 10_000)
  void everySequenceOfCommandsDoesWhatTheModelDoes(
      @ForAll("entries") List<List<Command>> entries,
      @ForAll @IntRange(min = 1, max = 6) int chunk) {
    assertDoesWhatTheModelDoes(entries, chunk);
  }

  /** The same where most is about claims of pools. */
  @Property(tries = 5_000)
  void everySequenceOfCommandsOfClaimsDoesWhatTheModelDoes(
      @ForAll("claimEntries") List<List<Command>> entries) {
    assertDoesWhatTheModelDoes(entries, 3);
  }

  /** The same where most is about the lives of a member, which owns claims now and then. */
  @Property(tries = 5_000)
  void everySequenceOfLivesOfAMemberDoesWhatTheModelDoes(
      @ForAll("lives") List<List<Command>> entries) {
    assertDoesWhatTheModelDoes(entries, 3);
  }

  private static void assertDoesWhatTheModelDoes(List<List<Command>> entries, int chunk) {
    ModelStore model = new ModelStore();
    try (MapStateStore store = new MapStateStore();
        MapStateStore lazy = new MapStateStore()) {
      List<Change> changes = new ArrayList<>();
      SortedMap<String, String> owners = new TreeMap<>();
      long index = 0;
      for (List<Command> entry : entries) {
        List<Command> commands =
            entry.stream().map(command -> Commands.now(command, store.latest())).toList();
        long now = ModelStore.TTL_MILLIS + LEAP_MILLIS * index;
        model.passTo(now);
        for (StateStore each : List.of(store, lazy)) {
          each.commit(
              new LogPosition(1, index), Effects.none(each.meta().withStoreTimeMillis(now)));
        }
        Decided decided = EntryRule.decide(store.latest(), new Stamp(1, now, 0), commands);
        assertThat(EntryRule.decide(lazy.latest(), new Stamp(1, now, 0), commands))
            .isEqualTo(decided);
        store.commit(new LogPosition(1, index + 1), decided.effects());
        lazy.commit(new LogPosition(1, index + 1), decided.effects());
        index += 2;
        changes.addAll(decided.effects().changes());
        decided.results().forEach(result -> assertNobodyElseHadTheEpoch(result, changes, owners));
        List<String> expected = commands.stream().map(model::apply).toList();
        assertThat(decided.results().stream().map(Words::of).toList()).isEqualTo(expected);
        boolean ignored = store.reclaim(store.meta().floor(), chunk);
        assertThat(store.reclaimed()).isLessThanOrEqualTo(store.meta().floor());
      }
      assertSameState(store, model);
      assertSameState(lazy, model);
      assertChangesAreInOrder(changes, model.revision());
      assertThat(store.meta().stateHash()).isEqualTo(lazy.meta().stateHash());
      while (store.reclaim(store.meta().floor(), chunk)) {
        assertThat(store.reclaimed()).isPositive();
      }
      assertSameState(store, model);
      assertOnlyWhatCanBeReadIsLeft(store, model);
    }
  }

  /** A claim begins anew when it was deleted, and its epochs with it. */
  private static void assertNobodyElseHadTheEpoch(
      Result result, List<Change> changes, SortedMap<String, String> owners) {
    if (result instanceof ClaimOwned owned) {
      Fact fact =
          (Fact)
              changes.stream()
                  .filter(change -> change.at().revision() == owned.revision())
                  .map(Change::row)
                  .findFirst()
                  .orElseThrow();
      String life = owned.key() + " of " + fact.createRevision() + " at " + owned.epoch();
      assertThat(owners.put(life, owned.owner())).as(life).isNull();
    }
  }

  /** A single entry of many commands must decide as many entries of one do. */
  @Property(tries = 1_000)
  void howCommandsAreCutIntoEntriesDoesNotMatter(@ForAll("entries") List<List<Command>> entries) {
    List<Command> all = new ArrayList<>();
    try (MapStateStore store = new MapStateStore();
        MapStateStore other = new MapStateStore()) {
      List<Change> oneByOne = new ArrayList<>();
      for (Command command : entries.stream().flatMap(List::stream).toList()) {
        View view = store.latest();
        Command now = Commands.now(command, view);
        Decided decided = EntryRule.decide(view, new Stamp(1, 0, 0), List.of(now));
        store.commit(new LogPosition(1, all.size()), decided.effects());
        all.add(now);
        oneByOne.addAll(decided.effects().changes());
      }
      Decided atOnce = EntryRule.decide(other.latest(), new Stamp(1, 0, 0), all);
      assertThat(atOnce.effects().changes()).isEqualTo(oneByOne);
      assertThat(atOnce.effects().meta()).isEqualTo(store.latest().meta());
      other.commit(new LogPosition(1, 0), atOnce.effects());
      for (String lease : LEASES) {
        assertThat(other.latest().leaseSide(lease)).isEqualTo(store.latest().leaseSide(lease));
        assertThat(bound(other.latest(), lease)).isEqualTo(bound(store.latest(), lease));
      }
    }
  }

  private static List<String> bound(View view, String lease) {
    List<String> keys = new ArrayList<>();
    view.scanBound(lease, key -> keys.add(key.toString()));
    return keys;
  }

  @Provide
  Arbitrary<List<List<Command>>> entries() {
    Arbitrary<List<List<Command>>> any =
        Commands.any().list().ofMinSize(1).ofMaxSize(4).list().ofMinSize(1).ofMaxSize(10);
    return Combinators.combine(Commands.beginning(), any)
        .as((first, rest) -> Stream.concat(first.stream(), rest.stream()).toList());
  }

  @Provide
  Arbitrary<List<List<Command>>> claimEntries() {
    Arbitrary<List<List<Command>>> any =
        Arbitraries.frequencyOf(Tuple.of(9, Commands.ofClaims()), Tuple.of(1, Commands.any()))
            .list()
            .ofMinSize(1)
            .ofMaxSize(5)
            .list()
            .ofMinSize(1)
            .ofMaxSize(10);
    return Combinators.combine(Commands.beginningOfClaims(), any)
        .as((first, rest) -> Stream.concat(first.stream(), rest.stream()).toList());
  }

  @Provide
  Arbitrary<List<List<Command>>> lives() {
    Arbitrary<List<List<Command>>> any =
        Arbitraries.frequencyOf(Tuple.of(9, Commands.ofMembers()), Tuple.of(1, Commands.any()))
            .list()
            .ofMinSize(1)
            .ofMaxSize(4)
            .list()
            .ofMinSize(1)
            .ofMaxSize(10);
    return Combinators.combine(Commands.beginningOfClaims(), any)
        .as((first, rest) -> Stream.concat(first.stream(), rest.stream()).toList());
  }

  static void assertSameState(StateStore store, ModelStore model) {
    try (StateStore.Snapshot snapshot = store.snapshot()) {
      StoreMeta meta = snapshot.meta();
      assertThat(meta.revision()).isEqualTo(model.revision());
      assertThat(meta.floor()).isEqualTo(model.floor());
      for (long revision = meta.floor(); revision <= model.revision(); revision++) {
        SortedMap<String, ModelStore.Item> stood = new TreeMap<>();
        FactPage.readAt(snapshot, snapshot, revision, KeyRange.ALL, 1_000, false)
            .facts()
            .forEach(fact -> stood.put(fact.key().toString(), Words.item(fact)));
        assertThat(stood).as("facts at revision %d", revision).isEqualTo(model.at(revision));
      }
      List<Fact> facts = FactPage.read(snapshot, KeyRange.ALL, 1_000, false).facts();
      assertThat(facts).isSortedAccordingTo((a, b) -> a.key().compareTo(b.key()));
      assertThat(meta.usage().bytes()).isEqualTo(facts.stream().mapToLong(Fact::sizeBytes).sum());
      SortedMap<String, Long> counts = new TreeMap<>();
      facts.forEach(fact -> counts.merge(fact.key().kind(), 1L, Long::sum));
      assertThat(meta.usage().byKind()).isEqualTo(counts);
      assertHistoryOfEachKey(snapshot, model);
      assertSessionsAndHash(snapshot, model, facts);
    }
  }

  /** What stands beside each lease, and what it adds to the state's hash. */
  private static long assertLeases(StateStore.Snapshot snapshot, ModelStore model) {
    long hashes = 0;
    for (String lease : LEASES) {
      LeaseSide side = snapshot.leaseSide(lease);
      assertThat(bound(snapshot, lease)).isEqualTo(model.bound(lease));
      assertThat(side.boundFacts()).isEqualTo(model.bound(lease).size());
      Optional<Long> checkpoint = model.checkpoint(lease);
      assertThat(side.checkpointMillis())
          .isEqualTo(checkpoint.map(OptionalLong::of).orElse(OptionalLong.empty()));
      hashes += side.hash(lease);
    }
    return hashes;
  }

  /** What was kept up to date command by command is what a look at everything gives. */
  private static void assertSessionsAndHash(
      StateStore.Snapshot snapshot, ModelStore model, List<Fact> facts) {
    List<Session> sessions = snapshot.sessions(Optional.empty(), 1_000);
    assertThat(sessions).hasSize(model.sessions());
    assertThat(snapshot.meta().sessions())
        .isEqualTo(
            new SessionUsage(
                sessions.size(), sessions.stream().mapToLong(Session::sizeBytes).sum()));
    assertThat(snapshot.meta().contentHash())
        .isEqualTo(
            facts.stream().mapToLong(Fact::hash).sum()
                + sessions.stream().mapToLong(Session::hash).sum()
                + assertLeases(snapshot, model));
  }

  private static void assertHistoryOfEachKey(StateStore.Snapshot snapshot, ModelStore model) {
    SortedMap<String, List<Long>> expected = new TreeMap<>();
    for (long revision = model.revision(); revision > model.floor(); revision--) {
      long at = revision;
      SortedMap<String, ModelStore.Item> after = model.at(revision);
      SortedMap<String, ModelStore.Item> before = model.at(revision - 1);
      Set<String> touched = new TreeSet<>(before.keySet());
      touched.addAll(after.keySet());
      touched.stream()
          .filter(key -> !Objects.equals(after.get(key), before.get(key)))
          .forEach(key -> expected.computeIfAbsent(key, k -> new ArrayList<>()).add(at));
    }
    model
        .at(model.floor())
        .forEach(
            (key, item) -> expected.computeIfAbsent(key, k -> new ArrayList<>()).add(item.mod()));
    expected.forEach(
        (key, revisions) -> {
          Row row = snapshot.standing(Key.of(key)).orElseThrow();
          List<Long> found =
              ChangePage.first(row, snapshot, model.revision(), 1_000, model.floor())
                  .changes()
                  .stream()
                  .map(change -> change.at().revision())
                  .toList();
          assertThat(found).as("history of %s", key).isEqualTo(revisions);
        });
  }

  /** No tombstone that the floor has passed, and of changes those since. */
  private static void assertOnlyWhatCanBeReadIsLeft(StateStore store, ModelStore model) {
    try (StateStore.Snapshot snapshot = store.snapshot()) {
      snapshot.scan(
          KeyRange.ALL,
          row -> {
            assertThat(row.compacted(model.floor())).as("%s", row).isFalse();
            return true;
          });
      snapshot.scanChanges(
          Position.NONE,
          change -> {
            assertThat(change.at().revision()).isGreaterThan(model.floor());
            return true;
          });
    }
  }

  private static void assertChangesAreInOrder(List<Change> changes, long lastRevision) {
    List<Position> positions = changes.stream().map(Change::at).toList();
    List<Position> sorted = new ArrayList<>(positions);
    Collections.sort(sorted);
    assertThat(positions).isEqualTo(sorted).doesNotHaveDuplicates();
    assertThat(positions.stream().map(Position::revision).distinct().count())
        .isEqualTo(lastRevision);
  }
}
