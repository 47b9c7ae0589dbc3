// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core;

import dev.stele.server.core.command.Command;
import dev.stele.server.core.command.Compact;
import dev.stele.server.core.command.Compare;
import dev.stele.server.core.command.Delete;
import dev.stele.server.core.command.Expect;
import dev.stele.server.core.command.ExpireSessions;
import dev.stele.server.core.command.FormCluster;
import dev.stele.server.core.command.Once;
import dev.stele.server.core.command.Operation;
import dev.stele.server.core.command.Put;
import dev.stele.server.core.command.Txn;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.ClusterIdentity;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.KeyRange;
import dev.stele.server.core.model.LeaseRef;
import dev.stele.server.core.session.SessionId;
import dev.stele.server.core.session.SessionTag;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/**
 * Random commands on a handful of keys, so that they meet. Small numbers make expectations hold
 * about as often as not.
 */
public final class Commands {
  private static final String[] KEYS = {
    "desired/a", "desired/a/1", "desired/ab", "desired/b", "config/a", "member/m", "other/x"
  };

  private Commands() {}

  /** Any command. */
  public static Arbitrary<Command> any() {
    return Arbitraries.frequencyOf(
        Tuple.of(8, puts()),
        Tuple.of(3, deletes()),
        Tuple.of(5, txns()),
        Tuple.of(1, forms()),
        Tuple.of(8, onces()),
        Tuple.of(1, expiries()),
        Tuple.of(2, compactions()));
  }

  /** Of few sessions and sequences, so that many are retries, reuses and late. */
  private static Arbitrary<Command> onces() {
    Arbitrary<Command> same =
        Arbitraries.of("x", "y")
            .map(
                body ->
                    new Put(
                        Key.of("desired/a"),
                        Bytes.utf8(body),
                        Expect.ANYTHING,
                        Optional.empty(),
                        List.of()));
    Arbitrary<Command> writes =
        Arbitraries.frequencyOf(
            Tuple.of(6, same),
            Tuple.of(1, puts()),
            Tuple.of(1, deletes()),
            Tuple.of(1, txns()),
            Tuple.of(1, compactions()));
    Arbitrary<SessionTag> tags =
        Combinators.combine(
                ids(),
                Arbitraries.longs().between(1, 4),
                Arbitraries.longs().between(1, 4),
                Arbitraries.longs().between(0, 5).map(half -> half * ModelStore.TTL_MILLIS / 2))
            .as(
                (id, sequence, mark, seen) ->
                    new SessionTag(id, sequence, Math.min(mark, sequence), seen));
    return Combinators.combine(tags, writes).as(Once::new);
  }

  private static Arbitrary<Command> expiries() {
    return ids().list().ofMaxSize(3).map(ExpireSessions::new);
  }

  /**
   * Most of them of revisions that are there, and so of several in a row some that change nothing.
   */
  private static Arbitrary<Command> compactions() {
    return Arbitraries.longs().between(0, 20).map(Compact::new);
  }

  private static Arbitrary<SessionId> ids() {
    return Arbitraries.longs().between(1, 2).map(low -> new SessionId(-1, low));
  }

  private static Arbitrary<Command> forms() {
    return Arbitraries.of("c1", "c2")
        .map(id -> new FormCluster(new ClusterIdentity(id, 0), 1, Collections.emptySortedMap()));
  }

  private static Arbitrary<Command> puts() {
    return Combinators.combine(keys(), bodies(), expects(), leases(), guards()).as(Put::new);
  }

  private static Arbitrary<Command> deletes() {
    Arbitrary<Command> single =
        Combinators.combine(keys(), Arbitraries.longs().between(1, 12).optional(0.3), guards())
            .as(
                (key, revision, guards) ->
                    new Delete(
                        KeyRange.single(key),
                        revision.map(OptionalLong::of).orElse(OptionalLong.empty()),
                        guards));
    Arbitrary<Command> many =
        ranges().map(range -> new Delete(range, OptionalLong.empty(), List.of()));
    return Arbitraries.oneOf(single, many);
  }

  private static Arbitrary<Command> txns() {
    return Combinators.combine(
            compares().list().ofMaxSize(2),
            operations().list().ofMaxSize(4),
            operations().list().ofMaxSize(2),
            guards())
        .as(Txn::new);
  }

  private static Arbitrary<Operation> operations() {
    return Arbitraries.oneOf(
        Combinators.combine(keys(), bodies(), leases()).as(Operation.PutFact::new),
        ranges().map(Operation.DeleteFacts::new),
        keys().map(Operation.GetFact::new),
        Combinators.combine(
                ranges(), Arbitraries.integers().between(1, 3), Arbitraries.of(true, false))
            .as(Operation.ListFacts::new));
  }

  private static Arbitrary<Compare> compares() {
    Arbitrary<Long> numbers = Arbitraries.longs().between(0, 12);
    Arbitrary<Compare.Target> targets =
        Arbitraries.oneOf(
            Arbitraries.of(true, false).map(Compare.Exists::new),
            numbers.map(Compare.CreateRevision::new),
            numbers.map(Compare.ModRevision::new),
            Arbitraries.longs().between(0, 4).map(Compare.Version::new),
            bodies().map(Compare.Body::new),
            Arbitraries.longs().between(0, 2).map(Compare.LeaseToken::new));
    return Combinators.combine(keys(), Arbitraries.of(Compare.Relation.values()), targets)
        .as(Compare::new);
  }

  private static Arbitrary<KeyRange> ranges() {
    Arbitrary<String> bounds =
        Arbitraries.of("desired/", "desired/a", "desired/ab", "desired/c", "config/", "", "z");
    Arbitrary<KeyRange> prefixes = bounds.map(prefix -> KeyRange.prefix(Bytes.utf8(prefix)));
    Arbitrary<KeyRange> between =
        Combinators.combine(bounds, bounds)
            .as((from, to) -> new KeyRange(Bytes.utf8(from), Optional.of(Bytes.utf8(to))));
    return Arbitraries.oneOf(prefixes, between, keys().map(KeyRange::single));
  }

  private static Arbitrary<Key> keys() {
    return Arbitraries.of(KEYS).map(Key::of);
  }

  private static Arbitrary<Bytes> bodies() {
    return Arbitraries.of("", "x", "y", "xy").map(Bytes::utf8);
  }

  private static Arbitrary<Expect> expects() {
    return Arbitraries.frequencyOf(
        Tuple.of(4, Arbitraries.just(Expect.ANYTHING)),
        Tuple.of(1, Arbitraries.just(new Expect.Absent())),
        Tuple.of(2, Arbitraries.longs().between(1, 12).map(Expect.AtRevision::new)));
  }

  private static Arbitrary<Optional<LeaseRef>> leases() {
    return Arbitraries.just(new LeaseRef("l", 3)).optional(0.05);
  }

  private static Arbitrary<List<LeaseRef>> guards() {
    return Arbitraries.frequency(
        Tuple.of(19, List.of()), Tuple.of(1, List.of(new LeaseRef("l", 3))));
  }
}
