// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core;

import dev.stele.server.core.claim.ListedItems;
import dev.stele.server.core.claim.NumberRange;
import dev.stele.server.core.claim.PoolCodec;
import dev.stele.server.core.claim.PoolRange;
import dev.stele.server.core.claim.PoolRecord;
import dev.stele.server.core.claim.Pools;
import dev.stele.server.core.command.AcquireLease;
import dev.stele.server.core.command.CheckpointLease;
import dev.stele.server.core.command.Command;
import dev.stele.server.core.command.Compact;
import dev.stele.server.core.command.Compare;
import dev.stele.server.core.command.Delete;
import dev.stele.server.core.command.DeregisterMember;
import dev.stele.server.core.command.DrainClaim;
import dev.stele.server.core.command.EndDrain;
import dev.stele.server.core.command.Expect;
import dev.stele.server.core.command.ExpireLease;
import dev.stele.server.core.command.ExpireSessions;
import dev.stele.server.core.command.FormCluster;
import dev.stele.server.core.command.HandOverLease;
import dev.stele.server.core.command.NextClaim;
import dev.stele.server.core.command.Once;
import dev.stele.server.core.command.Operation;
import dev.stele.server.core.command.Put;
import dev.stele.server.core.command.RegisterMember;
import dev.stele.server.core.command.ReleaseClaim;
import dev.stele.server.core.command.ReleaseLease;
import dev.stele.server.core.command.TakeOverClaim;
import dev.stele.server.core.command.Txn;
import dev.stele.server.core.command.UpdateMember;
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
import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.KeyRange;
import dev.stele.server.core.model.LeaseRef;
import dev.stele.server.core.session.SessionId;
import dev.stele.server.core.session.SessionTag;
import dev.stele.server.core.view.View;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
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

  /** Pools that the tests put, and one that they don't. */
  public static final List<String> POOLS = List.of("p", "r", "none");

  /** Claims of those pools, two of them of no item of the range that {@code r} has. */
  public static final List<Key> POOL_CLAIMS =
      Stream.of(
              "claim/p/a",
              "claim/p/b",
              "claim/p/c",
              "claim/r/1",
              "claim/r/2",
              "claim/r/3",
              "claim/r/9",
              "claim/r/x",
              "claim/none/a")
          .map(Key::of)
          .toList();

  /** Stands for the token that a lease has at the time. */
  private static final long CURRENT = 0;

  /** Stands for the epoch that a claim has at the time, or the revision that it stands at. */
  private static final long CURRENT_EPOCH = -1;

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
        Tuple.of(2, checkpoints()),
        Tuple.of(6, ofMembers()),
        Tuple.of(8, ofClaims()));
  }

  /** What is done to the member {@code m}. */
  public static Arbitrary<Command> ofMembers() {
    Arbitrary<MemberRecord> members =
        Combinators.combine(
                Arbitraries.frequency(Tuple.of(9, "h:1"), Tuple.of(1, "")),
                Arbitraries.longs().between(0, 4),
                Arbitraries.frequency(
                    Tuple.of(8, Health.HEALTHY),
                    Tuple.of(1, Health.DRAINING),
                    Tuple.of(1, Health.LOST)))
            .as(
                (address, incarnation, health) ->
                    new MemberRecord(
                        address,
                        incarnation,
                        new TreeMap<>(Map.of("slots", 2L)),
                        health,
                        new TreeMap<>()));
    Arbitrary<List<RegisterMember.Endpoint>> endpoints =
        Arbitraries.of("endpoint/e/m", "endpoint/f/m")
            .map(key -> new RegisterMember.Endpoint(Key.of(key), Bytes.utf8("at")))
            .set()
            .ofMaxSize(2)
            .map(List::copyOf);
    Arbitrary<LeaseRef> own = Arbitraries.just(new LeaseRef("member/m", CURRENT));
    Arbitrary<LeaseRef> leases = Arbitraries.frequencyOf(Tuple.of(5, own), Tuple.of(1, held()));
    Arbitrary<Command> strangers =
        Arbitraries.of("endpoint/e/m", "endpoint/f/m", "desired/a")
            .flatMap(key -> leases.optional(0.7).map(lease -> put(key, Bytes.utf8("x"), lease)));
    return Arbitraries.frequencyOf(
        Tuple.of(
            6,
            Combinators.combine(members, endpoints)
                .as((member, at) -> new RegisterMember("m", member, 10_000, at))),
        Tuple.of(
            3,
            Combinators.combine(leases, Arbitraries.of(Health.values()))
                .as(
                    (lease, health) ->
                        new UpdateMember(
                            lease, Optional.of(health), Optional.empty(), Optional.empty()))),
        Tuple.of(2, leases.map(DeregisterMember::new)),
        Tuple.of(1, own.map(ReleaseLease::new)),
        Tuple.of(1, own.map(lease -> new HandOverLease(lease, "b"))),
        Tuple.of(2, own.map(lease -> new NextClaim("p", lease))),
        Tuple.of(3, strangers));
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
            Tuple.of(1, releases()),
            Tuple.of(2, takings()),
            Tuple.of(1, givings()));
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

  /** What is done to the claims of the pools {@code p} and {@code r}, and to those. */
  public static Arbitrary<Command> ofClaims() {
    Arbitrary<Command> deletes =
        Arbitraries.oneOf(
                Arbitraries.of("claim/p/", "claim/r/", "claim/", "pool/", "pool/r")
                    .map(prefix -> KeyRange.prefix(Bytes.utf8(prefix))),
                Arbitraries.of(POOL_CLAIMS).map(KeyRange::single))
            .map(range -> new Delete(range, OptionalLong.empty(), List.of()));
    Arbitrary<Command> members =
        Combinators.combine(Arbitraries.of(Health.DRAINING, Health.HEALTHY), held().optional())
            .as((health, lease) -> put("member/a", member("", health), lease));
    return Arbitraries.frequencyOf(
        Tuple.of(2, poolPuts()),
        Tuple.of(5, claimPuts()),
        Tuple.of(10, takings()),
        Tuple.of(6, givings()),
        Tuple.of(2, Combinators.combine(terms(), claims(), epochs()).as(EndDrain::new)),
        Tuple.of(1, deletes),
        Tuple.of(1, members),
        Tuple.of(2, acquisitions()),
        Tuple.of(1, handOvers()),
        Tuple.of(1, releases()));
  }

  /** Entries that hold both leases, put both pools with claims of theirs, and take some. */
  public static Arbitrary<List<List<Command>>> beginningOfClaims() {
    Command lease = new AcquireLease("l", "a", 10_000, Bytes.EMPTY);
    Arbitrary<Command> other =
        Arbitraries.of("a", "b").map(holder -> new AcquireLease("l2", holder, 10_000, Bytes.EMPTY));
    Arbitrary<Command> listed = pools("pool/p").map(body -> put("pool/p", body, Optional.empty()));
    Arbitrary<Command> range = pools("pool/r").map(body -> put("pool/r", body, Optional.empty()));
    Bytes idle = ClaimCodec.encode(new ClaimRecord("", 0, State.IDLE));
    List<Command> claims =
        List.of(put("claim/p/b", idle, Optional.empty()), put("claim/p/a", idle, Optional.empty()));
    return Combinators.combine(other, listed, range, takings().list().ofMaxSize(3))
        .as((b, c, d, taken) -> List.of(List.of(lease, b), List.of(c, d), claims, taken));
  }

  private static Arbitrary<Command> takings() {
    Arbitrary<Command> nexts =
        Combinators.combine(
                Arbitraries.frequency(Tuple.of(6, "p"), Tuple.of(6, "r"), Tuple.of(1, "none")),
                held())
            .as(NextClaim::new);
    Arbitrary<Command> takeovers =
        Combinators.combine(claims(), epochs(), held()).as(TakeOverClaim::new);
    return Arbitraries.frequencyOf(Tuple.of(3, nexts), Tuple.of(2, takeovers));
  }

  private static Arbitrary<Command> givings() {
    Arbitrary<Command> drains =
        Combinators.combine(
                claims(),
                epochs().optional(0.5),
                Arbitraries.frequency(Tuple.of(1, 0L), Tuple.of(9, 7L)))
            .as(
                (key, epoch, millis) ->
                    new DrainClaim(
                        key, epoch.map(OptionalLong::of).orElse(OptionalLong.empty()), millis));
    Arbitrary<Command> releases =
        Combinators.combine(claims(), epochs(), held(), Arbitraries.of(false, false, true))
            .as(ReleaseClaim::new);
    return Arbitraries.oneOf(drains, releases);
  }

  /** Mostly those that come to be first. */
  private static Arbitrary<Key> claims() {
    return Arbitraries.frequencyOf(
        Tuple.of(6, Arbitraries.of(Key.of("claim/p/a"), Key.of("claim/r/1"))),
        Tuple.of(2, Arbitraries.of(Key.of("claim/p/b"), Key.of("claim/r/2"))),
        Tuple.of(2, Arbitraries.of(POOL_CLAIMS)));
  }

  private static Arbitrary<Long> epochs() {
    return Arbitraries.frequency(
        Tuple.of(9, CURRENT_EPOCH), Tuple.of(1, 0L), Tuple.of(1, 1L), Tuple.of(1, 2L));
  }

  private static Arbitrary<Command> poolPuts() {
    return Arbitraries.of("pool/p", "pool/r")
        .flatMap(key -> pools(key).map(body -> put(key, body, Optional.empty())));
  }

  /** The pool {@code r} has a range, mostly the same. */
  private static Arbitrary<Bytes> pools(String key) {
    Arbitrary<PoolRange> ranges =
        key.equals("pool/r")
            ? Arbitraries.frequency(
                Tuple.of(5, new NumberRange(1, 2)), Tuple.of(1, new NumberRange(1, 3)))
            : Arbitraries.just(new ListedItems());
    return Combinators.combine(
            Arbitraries.of(PoolRecord.Loss.values()),
            Arbitraries.of(0L, 0L, 2L, 1L),
            Arbitraries.of(0L, 0L, 2L, 1L),
            ranges)
        .as(PoolRecord::new)
        .map(PoolCodec::encode);
  }

  private static Arbitrary<Command> claimPuts() {
    Arbitrary<Bytes> idle =
        Combinators.combine(Arbitraries.of(0L, 0L, 1L), Arbitraries.of(State.IDLE, State.RETIRED))
            .as((epoch, state) -> new ClaimRecord("", epoch, state))
            .map(ClaimCodec::encode);
    return Combinators.combine(
            Arbitraries.of(POOL_CLAIMS),
            Arbitraries.frequencyOf(Tuple.of(5, idle), Tuple.of(1, bodies("claim"))))
        .as((key, body) -> put(key.toString(), body, Optional.empty()));
  }

  private static Put put(String key, Bytes body, Optional<LeaseRef> lease) {
    return new Put(Key.of(key), body, Expect.ANYTHING, lease, List.of());
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
    return Arbitraries.frequencyOf(
        Tuple.of(8, Arbitraries.of(KEYS).map(Key::of)),
        Tuple.of(1, Arbitraries.of(POOL_CLAIMS)),
        Tuple.of(1, Arbitraries.of("pool/p", "pool/r", "member/a").map(Key::of)));
  }

  /** Keys with bodies, most of them of the right kind. */
  private static Arbitrary<Tuple.Tuple2<Key, Bytes>> facts() {
    return keys()
        .flatMap(
            key ->
                Arbitraries.frequencyOf(
                        Tuple.of(
                            5,
                            key.kind().equals("pool") ? pools(key.toString()) : bodies(key.kind())),
                        Tuple.of(1, bodies()))
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
   * {@code command} with the tokens and epochs that stand in {@code view} in the place of {@link
   * #CURRENT} and {@link #CURRENT_EPOCH}: random numbers would hardly ever be right.
   */
  public static Command now(Command command, View view) {
    UnaryOperator<LeaseRef> ref =
        lease ->
            lease.token() == CURRENT
                ? new LeaseRef(
                    lease.name(),
                    Math.max(1, view.fact(lease.key()).map(Fact::modRevision).orElse(0L)))
                : lease;
    if (command instanceof Once once) {
      return new Once(once.tag(), now(once.write(), view));
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
    if (command instanceof NextClaim next) {
      return new NextClaim(next.pool(), ref.apply(next.lease()));
    }
    if (command instanceof TakeOverClaim takeOver) {
      return new TakeOverClaim(
          takeOver.key(),
          epoch(takeOver.epoch(), takeOver.key(), view),
          ref.apply(takeOver.lease()));
    }
    if (command instanceof ReleaseClaim release) {
      return new ReleaseClaim(
          release.key(),
          epoch(release.epoch(), release.key(), view),
          ref.apply(release.lease()),
          release.retire());
    }
    if (command instanceof DrainClaim drain && drain.epoch().isPresent()) {
      long epoch = epoch(drain.epoch().getAsLong(), drain.key(), view);
      return new DrainClaim(drain.key(), OptionalLong.of(epoch), drain.deadlineMillis());
    }
    if (command instanceof EndDrain end) {
      long revision =
          end.revision() == CURRENT_EPOCH
              ? view.fact(end.key()).map(Fact::modRevision).orElse(0L)
              : end.revision();
      return new EndDrain(end.term(), end.key(), revision);
    }
    if (command instanceof UpdateMember update) {
      return new UpdateMember(
          ref.apply(update.lease()), update.health(), update.capacity(), update.labels());
    }
    if (command instanceof DeregisterMember deregister) {
      return new DeregisterMember(ref.apply(deregister.lease()));
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

  private static long epoch(long epoch, Key claim, View view) {
    return epoch == CURRENT_EPOCH
        ? view.fact(claim).map(Pools::claim).map(ClaimRecord::epoch).orElse(0L)
        : epoch;
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
