// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core;

import dev.stele.server.core.command.AcquireLease;
import dev.stele.server.core.command.CheckpointLease;
import dev.stele.server.core.command.Command;
import dev.stele.server.core.command.Compact;
import dev.stele.server.core.command.Compare;
import dev.stele.server.core.command.Delete;
import dev.stele.server.core.command.Expect;
import dev.stele.server.core.command.ExpireLease;
import dev.stele.server.core.command.ExpireSessions;
import dev.stele.server.core.command.FormCluster;
import dev.stele.server.core.command.HandOverLease;
import dev.stele.server.core.command.Once;
import dev.stele.server.core.command.Operation;
import dev.stele.server.core.command.Put;
import dev.stele.server.core.command.ReleaseLease;
import dev.stele.server.core.command.Txn;
import dev.stele.server.core.kind.ClaimCodec;
import dev.stele.server.core.kind.ClaimRecord;
import dev.stele.server.core.kind.ClaimRecord.State;
import dev.stele.server.core.kind.KindPolicy;
import dev.stele.server.core.kind.LeaseLoss;
import dev.stele.server.core.kind.MemberCodec;
import dev.stele.server.core.kind.MemberRecord;
import dev.stele.server.core.kind.MemberRecord.Health;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.ClusterIdentity;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.KeyRange;
import dev.stele.server.core.model.LeaseRef;
import dev.stele.server.core.session.SessionId;
import dev.stele.server.core.session.SessionTag;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
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
    "desired/a",
    "desired/a/1",
    "desired/ab",
    "desired/b",
    "config/a",
    "member/m",
    "claim/c",
    "claim/d",
    "lease/l",
    "other/x"
  };

  /** Stands for the token that a lease has at the time. */
  private static final long CURRENT = 0;

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
        Tuple.of(2, compactions()),
        Tuple.of(6, acquisitions()),
        Tuple.of(2, handOvers()),
        Tuple.of(2, releases()),
        Tuple.of(2, leaseExpiries()),
        Tuple.of(2, checkpoints()));
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
            Tuple.of(1, compactions()),
            Tuple.of(2, acquisitions()),
            Tuple.of(1, handOvers()),
            Tuple.of(1, releases()));
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
    Arbitrary<SortedMap<String, KindPolicy>> kinds =
        Arbitraries.of(
            Collections.emptySortedMap(),
            kind("claim", LeaseLoss.RETIRE),
            kind("claim", LeaseLoss.DELETE),
            kind("member", LeaseLoss.DELETE));
    return Combinators.combine(Arbitraries.of("c1", "c2"), kinds)
        .as((id, seeds) -> new FormCluster(new ClusterIdentity(id, 0), 1, seeds));
  }

  private static SortedMap<String, KindPolicy> kind(String name, LeaseLoss loss) {
    KindPolicy standard = KindPolicy.STANDARD;
    return new TreeMap<>(
        Map.of(
            name,
            new KindPolicy(
                standard.bodyType(),
                standard.maxBodyBytes(),
                standard.maxFacts(),
                standard.budget(),
                standard.jsonSchema(),
                Optional.of(loss))));
  }

  /** Entries that form a cluster, acquire a lease, and bind facts to it; none to all of them. */
  public static Arbitrary<List<List<Command>>> beginning() {
    Arbitrary<Command> bound =
        Combinators.combine(facts(), held())
            .as(
                (fact, lease) ->
                    new Put(
                        fact.get1(), fact.get2(), Expect.ANYTHING, Optional.of(lease), List.of()));
    return Combinators.combine(
            forms(), acquisitions(), bound.list().ofSize(3), Arbitraries.integers().between(0, 5))
        .as(
            (form, acquisition, puts, count) ->
                Stream.concat(Stream.of(form, acquisition), puts.stream())
                    .limit(count)
                    .map(List::of)
                    .toList());
  }

  /** What is done to the leases {@code l} and {@code l2}, and what is bound to them. */
  public static Arbitrary<Command> ofLeases() {
    return Arbitraries.frequencyOf(
        Tuple.of(6, puts()),
        Tuple.of(3, acquisitions()),
        Tuple.of(1, handOvers()),
        Tuple.of(2, releases()),
        Tuple.of(2, leaseExpiries()),
        Tuple.of(2, checkpoints()));
  }

  private static Arbitrary<Command> acquisitions() {
    return Combinators.combine(
            Arbitraries.frequency(Tuple.of(6, "l"), Tuple.of(3, "l2"), Tuple.of(1, "l//2")),
            holders(),
            Arbitraries.frequency(Tuple.of(15, 10_000L), Tuple.of(1, 499L)),
            Arbitraries.of("", "m").map(Bytes::utf8))
        .as(AcquireLease::new);
  }

  private static Arbitrary<Command> handOvers() {
    return Combinators.combine(held(), holders()).as(HandOverLease::new);
  }

  private static Arbitrary<String> holders() {
    return Arbitraries.frequency(Tuple.of(6, "a"), Tuple.of(6, "b"), Tuple.of(1, ""));
  }

  private static Arbitrary<Command> releases() {
    return held().map(ReleaseLease::new);
  }

  private static Arbitrary<Command> leaseExpiries() {
    return Combinators.combine(terms(), held()).as(ExpireLease::new);
  }

  private static Arbitrary<Command> checkpoints() {
    Arbitrary<Long> left = Arbitraries.longs().between(0, 3);
    return Combinators.combine(terms(), held(), left.optional())
        .as(
            (term, lease, millis) ->
                new CheckpointLease(
                    term, lease, millis.map(OptionalLong::of).orElse(OptionalLong.empty())));
  }

  /** Of the test's stamps and another one. */
  private static Arbitrary<Long> terms() {
    return Arbitraries.frequency(Tuple.of(5, 1L), Tuple.of(1, 2L));
  }

  private static Arbitrary<Command> puts() {
    return Combinators.combine(facts(), expects(), leases(), guards())
        .as(
            (fact, expect, lease, guards) ->
                new Put(fact.get1(), fact.get2(), expect, lease, guards));
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
        Combinators.combine(facts(), leases())
            .as((fact, lease) -> new Operation.PutFact(fact.get1(), fact.get2(), lease)),
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
        Arbitraries.of(
            "desired/",
            "desired/a",
            "desired/ab",
            "desired/c",
            "config/",
            "claim/",
            "member/",
            "",
            "z");
    Arbitrary<KeyRange> prefixes = bounds.map(prefix -> KeyRange.prefix(Bytes.utf8(prefix)));
    Arbitrary<KeyRange> between =
        Combinators.combine(bounds, bounds)
            .as((from, to) -> new KeyRange(Bytes.utf8(from), Optional.of(Bytes.utf8(to))));
    return Arbitraries.oneOf(prefixes, between, keys().map(KeyRange::single));
  }

  private static Arbitrary<Key> keys() {
    return Arbitraries.of(KEYS).map(Key::of);
  }

  /** Keys with bodies, most of them of the right kind. */
  private static Arbitrary<Tuple.Tuple2<Key, Bytes>> facts() {
    return keys()
        .flatMap(
            key ->
                Arbitraries.frequencyOf(Tuple.of(5, bodies(key.kind())), Tuple.of(1, bodies()))
                    .map(body -> Tuple.of(key, body)));
  }

  private static Arbitrary<Bytes> bodies(String kind) {
    return switch (kind) {
      case "member" ->
          Combinators.combine(Arbitraries.of("", "h:1"), Arbitraries.of(Health.values()))
              .as(Commands::member);
      case "claim" ->
          Combinators.combine(
                  Arbitraries.of("", "o"),
                  Arbitraries.longs().between(0, 2),
                  Arbitraries.of(State.values()))
              .as(ClaimRecord::new)
              .map(ClaimCodec::encode);
      default -> bodies();
    };
  }

  private static Bytes member(String address, Health health) {
    return MemberCodec.encode(
        new MemberRecord(address, 1, new TreeMap<>(Map.of("slots", 2L)), health, new TreeMap<>()));
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
    return held().optional(0.3);
  }

  private static Arbitrary<List<LeaseRef>> guards() {
    return Arbitraries.frequencyOf(
        Tuple.of(9, Arbitraries.just(List.of())), Tuple.of(1, held().map(List::of)));
  }

  /** Leases, most of them with {@link #CURRENT} for a token. */
  private static Arbitrary<LeaseRef> held() {
    return Combinators.combine(
            Arbitraries.frequency(Tuple.of(3, "l"), Tuple.of(1, "l2")),
            Arbitraries.frequency(Tuple.of(9, CURRENT), Tuple.of(1, 3L)))
        .as(LeaseRef::new);
  }

  /**
   * {@code command} with the tokens that {@code tokens} tells of leases in the place of {@link
   * #CURRENT}: random numbers would hardly ever be right.
   */
  public static Command now(Command command, ToLongFunction<String> tokens) {
    UnaryOperator<LeaseRef> ref =
        lease ->
            lease.token() == CURRENT
                ? new LeaseRef(lease.name(), Math.max(1, tokens.applyAsLong(lease.name())))
                : lease;
    if (command instanceof Once once) {
      return new Once(once.tag(), now(once.write(), tokens));
    }
    if (command instanceof Put put) {
      return new Put(
          put.key(), put.body(), put.expect(), put.lease().map(ref), now(put.guards(), ref));
    }
    if (command instanceof Delete delete) {
      return new Delete(delete.range(), delete.ifRevision(), now(delete.guards(), ref));
    }
    if (command instanceof Txn txn) {
      return new Txn(
          txn.compares(),
          txn.then().stream().map(operation -> now(operation, ref)).toList(),
          txn.orElse().stream().map(operation -> now(operation, ref)).toList(),
          now(txn.guards(), ref));
    }
    if (command instanceof ReleaseLease release) {
      return new ReleaseLease(ref.apply(release.lease()));
    }
    if (command instanceof HandOverLease handOver) {
      return new HandOverLease(ref.apply(handOver.lease()), handOver.to());
    }
    if (command instanceof ExpireLease expire) {
      return new ExpireLease(expire.term(), ref.apply(expire.lease()));
    }
    if (command instanceof CheckpointLease checkpoint) {
      return new CheckpointLease(
          checkpoint.term(), ref.apply(checkpoint.lease()), checkpoint.remainingMillis());
    }
    return command;
  }

  private static List<LeaseRef> now(List<LeaseRef> guards, UnaryOperator<LeaseRef> ref) {
    return guards.stream().map(ref).toList();
  }

  private static Operation now(Operation operation, UnaryOperator<LeaseRef> ref) {
    return operation instanceof Operation.PutFact put
        ? new Operation.PutFact(put.key(), put.body(), put.lease().map(ref))
        : operation;
  }
}
