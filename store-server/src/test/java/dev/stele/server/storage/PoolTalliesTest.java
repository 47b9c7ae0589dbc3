// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.server.core.Commands;
import dev.stele.server.core.Tallies;
import dev.stele.server.core.apply.EntryRule;
import dev.stele.server.core.claim.KeptTally;
import dev.stele.server.core.claim.NumberRange;
import dev.stele.server.core.claim.PoolCodec;
import dev.stele.server.core.claim.PoolRange;
import dev.stele.server.core.claim.PoolRecord;
import dev.stele.server.core.claim.PoolTally;
import dev.stele.server.core.claim.Pools;
import dev.stele.server.core.command.AcquireLease;
import dev.stele.server.core.command.ClaimOwned;
import dev.stele.server.core.command.Command;
import dev.stele.server.core.command.Expect;
import dev.stele.server.core.command.NextClaim;
import dev.stele.server.core.command.Outcome;
import dev.stele.server.core.command.Put;
import dev.stele.server.core.command.Result;
import dev.stele.server.core.lease.LeaseSide;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.KeyRange;
import dev.stele.server.core.model.LeaseRef;
import dev.stele.server.core.model.Limits;
import dev.stele.server.core.model.Row;
import dev.stele.server.core.model.Stamp;
import dev.stele.server.core.model.StoreMeta;
import dev.stele.server.core.session.Session;
import dev.stele.server.core.session.SessionId;
import dev.stele.server.core.view.Overlay;
import dev.stele.server.core.view.View;
import dev.stele.server.port.LogPosition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is kept of pools is what a look at all of their claims gives, and saves that look. */
final class PoolTalliesTest {
  private static final StorageSettings SETTINGS =
      new StorageSettings(
          6 << 20, 1 << 20, 2_000, StorageSettings.Compression.LZ4, 2, 1_000, 1 << 20, 1_000);

  private static final Stamp STAMP = new Stamp(1, 0, 0);

  /**
   * After each command, of overlays that were asked before it and of some that were not; and after
   * each entry and each start, of the store.
   */
  @Property(tries = 150)
  void everyTallyIsWhatAScanGives(@ForAll("entries") List<Entry> entries) throws IOException {
    Path directory = Files.createTempDirectory("tallies");
    RocksStateStore store = RocksStateStore.open(directory, SETTINGS);
    try {
      for (Entry entry : entries) {
        View view = store.latest();
        List<Command> commands =
            entry.commands().stream().map(command -> Commands.now(command, view)).toList();
        decideOneByOne(store, entry.ask(), commands);
        commit(store, commands);
        if (entry.reopens()) {
          LogPosition durable = store.flush();
          store.close();
          store = RocksStateStore.open(directory, SETTINGS);
          assertThat(store.applied()).isEqualTo(durable);
        }
        if (entry.ask()) {
          assertTallies(store.latest());
        }
      }
      assertTallies(store.latest());
    } finally {
      store.close();
      delete(directory);
    }
  }

  private static void decideOneByOne(RocksStateStore store, boolean ask, List<Command> commands) {
    Overlay asked = new Overlay(store.latest());
    for (Command command : commands) {
      if (ask) {
        assertTallies(asked);
      }
      Outcome outcome = command.decide(asked, STAMP);
      asked.lay(outcome.changes(), outcome.sessions(), outcome.leases(), outcome.meta());
    }
    assertTallies(asked);
    assertTallies(new Overlay(asked));
  }

  private static void assertTallies(View view) {
    for (String pool : Commands.POOLS) {
      assertThat(Tallies.of(view.pool(pool)))
          .as(pool)
          .isEqualTo(Tallies.of(KeptTally.of(view, pool)));
    }
  }

  /**
   * @param ask tallies before the entry's commands, and after it
   */
  record Entry(List<Command> commands, boolean ask, boolean reopens) {}

  @Provide
  Arbitrary<List<Entry>> entries() {
    Arbitrary<Boolean> asks = Arbitraries.of(true, false);
    Arbitrary<Boolean> reopens = Arbitraries.frequency(Tuple.of(9, false), Tuple.of(1, true));
    Arbitrary<List<Entry>> any =
        Combinators.combine(Commands.ofClaims().list().ofMaxSize(8), asks, reopens)
            .as(Entry::new)
            .list()
            .ofMinSize(1)
            .ofMaxSize(12);
    return Combinators.combine(Commands.beginningOfClaims(), any)
        .as(
            (first, rest) ->
                Stream.concat(
                        first.stream().map(commands -> new Entry(commands, false, false)),
                        rest.stream())
                    .toList());
  }

  @Test
  void nextLooksAtAFewRowsHoweverManyClaimsAreOwned(@TempDir Path directory) {
    int claims = (int) Limits.LEASE_MAX_BOUND_FACTS;
    try (RocksStateStore store = RocksStateStore.open(directory, SETTINGS)) {
      LeaseRef lease = poolOf(store, claims);
      Command next = new NextClaim("ports", lease);
      int left = claims - 1;
      while (left > 0) {
        int count = Math.min(left, Limits.ENTRY_MAX_COMMANDS);
        Counting counting = new Counting(store.latest());
        List<Result> results =
            EntryRule.decide(counting, STAMP, Collections.nCopies(count, next)).results();
        assertThat(results).allMatch(ClaimOwned.class::isInstance);
        assertThat(counting.rows)
            .as("rows for %d commands", count)
            .isLessThanOrEqualTo(12L * count);
        assertThat(counting.scans).isZero();
        assertThat(counting.asked).isLessThanOrEqualTo(4L * count);
        commit(store, Collections.nCopies(count, next));
        left -= count;
      }
      assertThat(store.latest().pool("ports").owned()).isEqualTo(claims - 1);
      Counting counting = new Counting(store.latest());
      Result last = EntryRule.decide(counting, STAMP, List.of(next)).results().get(0);
      assertThat(((ClaimOwned) last).key()).isEqualTo(Key.of("claim/ports/" + claims));
      assertThat(counting.rows).isLessThanOrEqualTo(12);
      assertThat(counting.scans).isZero();
    }
  }

  @Test
  void aTallyIsCountedOnceAndAgainWhenItsRangeChanges(@TempDir Path directory) {
    try (RocksStateStore store = RocksStateStore.open(directory, SETTINGS)) {
      LeaseRef lease = poolOf(store, 9);
      PoolTally tally = store.latest().pool("ports");
      commit(store, List.of(pool(9, 3)));
      commit(store, List.of(new NextClaim("other", lease)));
      assertThat(store.latest().pool("ports")).isSameAs(tally);
      commit(store, List.of(pool(8, 0)));
      assertThat(store.latest().pool("ports")).isNotSameAs(tally);
      assertThat(store.latest().pool("ports").range()).isEqualTo(new NumberRange(1, 8));
      commit(store, List.of(Writer.delete("pool/ports")));
      PoolTally none = store.latest().pool("ports");
      assertThat(none.claims()).isZero();
      assertThat(store.latest().pool("ports")).as("nothing is kept of it").isNotSameAs(none);
    }
  }

  private static LeaseRef poolOf(RocksStateStore store, int items) {
    List<Result> results =
        commit(store, List.of(pool(items, 0), new AcquireLease("l", "x", 10_000, Bytes.EMPTY)));
    return new LeaseRef("l", ((AcquireLease.Acquired) results.get(1)).token());
  }

  private static Command pool(int items, long maxOwned) {
    PoolRecord pool = new PoolRecord(PoolRecord.Loss.IDLE, maxOwned, 0, new NumberRange(1, items));
    return new Put(
        Pools.key("ports"), PoolCodec.encode(pool), Expect.ANYTHING, Optional.empty(), List.of());
  }

  private static List<Result> commit(RocksStateStore store, List<Command> commands) {
    EntryRule.Decided decided = EntryRule.decide(store.latest(), STAMP, commands);
    store.commit(new LogPosition(1, store.applied().index() + 1), decided.effects());
    return decided.results();
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      List<Path> all = new ArrayList<>(files.toList());
      all.sort(Comparator.reverseOrder());
      for (Path file : all) {
        Files.delete(file);
      }
    }
  }

  /** Counts what is asked of a view. */
  private static final class Counting implements View {
    private final View view;
    private long rows;
    private long scans;
    private long asked;

    Counting(View view) {
      this.view = view;
    }

    @Override
    public StoreMeta meta() {
      return view.meta();
    }

    @Override
    public Optional<Row> row(Key key) {
      rows++;
      return view.row(key);
    }

    @Override
    public void scan(KeyRange range, RowVisitor visitor) {
      scans++;
      view.scan(range, visitor);
    }

    @Override
    public Optional<Session> session(SessionId id) {
      return view.session(id);
    }

    @Override
    public LeaseSide leaseSide(String name) {
      return view.leaseSide(name);
    }

    @Override
    public void scanBound(String name, Consumer<Key> visitor) {
      scans++;
      view.scanBound(name, visitor);
    }

    @Override
    public PoolTally pool(String pool) {
      PoolTally tally = view.pool(pool);
      return new PoolTally() {
        @Override
        public PoolRange range() {
          return tally.range();
        }

        @Override
        public Optional<Key> nextIdle(Optional<Key> after) {
          asked++;
          return tally.nextIdle(after);
        }

        @Override
        public Optional<Key> nextUnlisted(Optional<Key> after) {
          asked++;
          return tally.nextUnlisted(after);
        }

        @Override
        public long claims() {
          return tally.claims();
        }

        @Override
        public long owned() {
          return tally.owned();
        }

        @Override
        public long ownedBy(String owner) {
          return tally.ownedBy(owner);
        }
      };
    }
  }
}
