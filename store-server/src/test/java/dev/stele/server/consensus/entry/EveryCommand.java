// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.entry;

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
import dev.stele.server.core.kind.BodyType;
import dev.stele.server.core.kind.KindPolicy;
import dev.stele.server.core.kind.LeaseLoss;
import dev.stele.server.core.kind.MemberRecord;
import dev.stele.server.core.kind.WriteBudget;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.ClusterIdentity;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.KeyRange;
import dev.stele.server.core.model.LeaseRef;
import dev.stele.server.core.session.SessionId;
import dev.stele.server.core.session.SessionTag;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Commands of each kind, with numbers of any size and bytes of any value. */
final class EveryCommand {
  private EveryCommand() {}

  /** A generator for each kind of command. */
  static Map<Class<?>, Arbitrary<? extends Command>> generators() {
    return Map.ofEntries(
        Map.entry(FormCluster.class, forms()),
        Map.entry(Put.class, puts()),
        Map.entry(Delete.class, deletes()),
        Map.entry(Txn.class, txns()),
        Map.entry(Once.class, onces()),
        Map.entry(ExpireSessions.class, expiries()),
        Map.entry(Compact.class, compactions()),
        Map.entry(AcquireLease.class, acquisitions()),
        Map.entry(ReleaseLease.class, leases().map(ReleaseLease::new)),
        Map.entry(HandOverLease.class, handOvers()),
        Map.entry(ExpireLease.class, leaseExpiries()),
        Map.entry(CheckpointLease.class, checkpoints()),
        Map.entry(RegisterMember.class, registrations()),
        Map.entry(UpdateMember.class, updates()),
        Map.entry(DeregisterMember.class, leases().map(DeregisterMember::new)),
        Map.entry(NextClaim.class, nexts()),
        Map.entry(TakeOverClaim.class, takeovers()),
        Map.entry(DrainClaim.class, drains()),
        Map.entry(ReleaseClaim.class, claimReleases()),
        Map.entry(EndDrain.class, drainEnds()));
  }

  static Arbitrary<Command> any() {
    return Arbitraries.of(List.copyOf(generators().values())).flatMap(each -> each.map(c -> c));
  }

  private static Arbitrary<Once> onces() {
    Arbitrary<Command> writes =
        Arbitraries.oneOf(
            puts().map(c -> (Command) c),
            deletes().map(c -> c),
            txns().map(c -> c),
            compactions().map(c -> c),
            acquisitions().map(c -> c),
            leases().map(ReleaseLease::new),
            handOvers().map(c -> c),
            registrations().map(c -> c),
            updates().map(c -> c),
            leases().map(DeregisterMember::new),
            nexts().map(c -> c),
            takeovers().map(c -> c),
            drains().map(c -> c),
            claimReleases().map(c -> c));
    Arbitrary<SessionTag> tags =
        Combinators.combine(ids(), numbers(), numbers(), numbers()).as(SessionTag::new);
    return Combinators.combine(tags, writes).as(Once::new);
  }

  private static Arbitrary<ExpireSessions> expiries() {
    return ids().list().ofMaxSize(5).map(ExpireSessions::new);
  }

  private static Arbitrary<Compact> compactions() {
    return numbers().map(Compact::new);
  }

  private static Arbitrary<AcquireLease> acquisitions() {
    return Combinators.combine(texts(), texts(), numbers(), bytes()).as(AcquireLease::new);
  }

  private static Arbitrary<HandOverLease> handOvers() {
    return Combinators.combine(leases(), texts()).as(HandOverLease::new);
  }

  private static Arbitrary<ExpireLease> leaseExpiries() {
    return Combinators.combine(numbers(), leases()).as(ExpireLease::new);
  }

  private static Arbitrary<CheckpointLease> checkpoints() {
    return Combinators.combine(numbers(), leases(), numbers().optional())
        .as(
            (term, lease, remaining) ->
                new CheckpointLease(
                    term, lease, remaining.map(OptionalLong::of).orElse(OptionalLong.empty())));
  }

  private static Arbitrary<RegisterMember> registrations() {
    Arbitrary<MemberRecord> members =
        Combinators.combine(
                texts(),
                numbers(),
                capacities(),
                Arbitraries.of(MemberRecord.Health.values()),
                labels())
            .as(MemberRecord::new);
    Arbitrary<RegisterMember.Endpoint> endpoints =
        Combinators.combine(keys(), bytes()).as(RegisterMember.Endpoint::new);
    return Combinators.combine(texts(), members, numbers(), endpoints.list().ofMaxSize(3))
        .as(RegisterMember::new);
  }

  private static Arbitrary<UpdateMember> updates() {
    return Combinators.combine(
            leases(),
            Arbitraries.of(MemberRecord.Health.values()).optional(),
            capacities().optional(),
            labels().optional())
        .as(UpdateMember::new);
  }

  private static Arbitrary<SortedMap<String, Long>> capacities() {
    return Arbitraries.maps(texts(), numbers()).ofMaxSize(3).map(TreeMap::new);
  }

  private static Arbitrary<SortedMap<String, String>> labels() {
    return Arbitraries.maps(texts(), texts()).ofMaxSize(3).map(TreeMap::new);
  }

  private static Arbitrary<NextClaim> nexts() {
    return Combinators.combine(texts(), leases()).as(NextClaim::new);
  }

  private static Arbitrary<TakeOverClaim> takeovers() {
    return Combinators.combine(keys(), numbers(), leases()).as(TakeOverClaim::new);
  }

  private static Arbitrary<DrainClaim> drains() {
    return Combinators.combine(keys(), numbers().optional(), numbers())
        .as(
            (key, epoch, deadline) ->
                new DrainClaim(
                    key, epoch.map(OptionalLong::of).orElse(OptionalLong.empty()), deadline));
  }

  private static Arbitrary<ReleaseClaim> claimReleases() {
    return Combinators.combine(keys(), numbers(), leases(), Arbitraries.of(true, false))
        .as(ReleaseClaim::new);
  }

  private static Arbitrary<EndDrain> drainEnds() {
    return Combinators.combine(numbers(), keys(), numbers()).as(EndDrain::new);
  }

  private static Arbitrary<SessionId> ids() {
    return Combinators.combine(Arbitraries.longs(), Arbitraries.longs()).as(SessionId::new);
  }

  private static Arbitrary<SortedMap<String, KindPolicy>> kinds() {
    Arbitrary<WriteBudget> budgets =
        Combinators.combine(
                Arbitraries.integers().greaterOrEqual(1), Arbitraries.integers().greaterOrEqual(1))
            .as(WriteBudget::new);
    Arbitrary<KindPolicy> policies =
        Combinators.combine(
                Arbitraries.of(BodyType.values()),
                Arbitraries.integers().greaterOrEqual(0),
                numbers(),
                budgets.optional(),
                Arbitraries.strings().ofMaxLength(20).map(EveryCommand::wellFormed),
                Arbitraries.of(LeaseLoss.values()).optional())
            .as(KindPolicy::new);
    return Arbitraries.maps(Arbitraries.strings().alpha().ofMaxLength(8), policies)
        .ofMaxSize(3)
        .map(TreeMap::new);
  }

  static Map<Class<?>, Arbitrary<? extends Compare.Target>> targets() {
    return Map.of(
        Compare.Exists.class, Arbitraries.of(true, false).map(Compare.Exists::new),
        Compare.CreateRevision.class, numbers().map(Compare.CreateRevision::new),
        Compare.ModRevision.class, numbers().map(Compare.ModRevision::new),
        Compare.Version.class, numbers().map(Compare.Version::new),
        Compare.Body.class, bytes().map(Compare.Body::new),
        Compare.LeaseToken.class, numbers().map(Compare.LeaseToken::new));
  }

  static Map<Class<?>, Arbitrary<? extends Operation>> operations() {
    return Map.of(
        Operation.PutFact.class,
            Combinators.combine(keys(), bytes(), leases().optional()).as(Operation.PutFact::new),
        Operation.DeleteFacts.class, ranges().map(Operation.DeleteFacts::new),
        Operation.GetFact.class, keys().map(Operation.GetFact::new),
        Operation.ListFacts.class,
            Combinators.combine(
                    ranges(), Arbitraries.integers().between(1, 1_000), Arbitraries.of(true, false))
                .as(Operation.ListFacts::new));
  }

  static Map<Class<?>, Arbitrary<? extends Expect>> expects() {
    return Map.of(
        Expect.Anything.class, Arbitraries.just(new Expect.Anything()),
        Expect.AtRevision.class, numbers().map(Expect.AtRevision::new),
        Expect.Absent.class, Arbitraries.just(new Expect.Absent()));
  }

  private static Arbitrary<FormCluster> forms() {
    return Combinators.combine(
            Arbitraries.strings().ofMaxLength(20),
            numbers(),
            Arbitraries.integers().greaterOrEqual(0),
            kinds())
        .as(
            (id, epoch, level, kinds) ->
                new FormCluster(new ClusterIdentity(wellFormed(id), epoch), level, kinds));
  }

  private static Arbitrary<Put> puts() {
    return Combinators.combine(
            keys(),
            bytes(),
            Arbitraries.oneOf(List.copyOf(expects().values())).map(e -> (Expect) e),
            leases().optional(),
            leases().list().ofMaxSize(3))
        .as(Put::new);
  }

  private static Arbitrary<Delete> deletes() {
    return Combinators.combine(ranges(), numbers().optional(), leases().list().ofMaxSize(3))
        .as(
            (range, revision, guards) ->
                new Delete(
                    range, revision.map(OptionalLong::of).orElse(OptionalLong.empty()), guards));
  }

  private static Arbitrary<Txn> txns() {
    Arbitrary<Operation> operation =
        Arbitraries.oneOf(List.copyOf(operations().values())).map(o -> (Operation) o);
    Arbitrary<Compare> compare =
        Combinators.combine(
                keys(),
                Arbitraries.of(Compare.Relation.values()),
                Arbitraries.oneOf(List.copyOf(targets().values())).map(t -> (Compare.Target) t))
            .as(Compare::new);
    return Combinators.combine(
            compare.list().ofMaxSize(3),
            operation.list().ofMaxSize(3),
            operation.list().ofMaxSize(3),
            leases().list().ofMaxSize(2))
        .as(Txn::new);
  }

  private static Arbitrary<KeyRange> ranges() {
    return Combinators.combine(bytes(), bytes().optional()).as(KeyRange::new);
  }

  private static Arbitrary<Key> keys() {
    return bytes().map(Key::trusted);
  }

  private static Arbitrary<LeaseRef> leases() {
    return Combinators.combine(texts(), numbers()).as(LeaseRef::new);
  }

  private static Arbitrary<String> texts() {
    return Arbitraries.strings().ofMaxLength(10).map(EveryCommand::wellFormed);
  }

  private static Arbitrary<Bytes> bytes() {
    return Arbitraries.bytes().array(byte[].class).ofMaxSize(40).map(Bytes::wrap);
  }

  private static Arbitrary<Long> numbers() {
    return Arbitraries.longs();
  }

  /** Half of a surrogate pair is no text: nothing of it survives UTF-8. */
  private static String wellFormed(String text) {
    return Bytes.utf8(text).toUtf8();
  }

  static Put put() {
    return new Put(
        Key.of("desired/a"),
        Bytes.utf8("body"),
        new Expect.AtRevision(7),
        Optional.of(new LeaseRef("l", 3)),
        List.of(new LeaseRef("g", 300)));
  }

  static Delete delete() {
    return new Delete(
        KeyRange.single(Key.of("config/x")), OptionalLong.of(9), List.of(new LeaseRef("g", 1)));
  }

  static FormCluster form() {
    KindPolicy policy =
        new KindPolicy(
            BodyType.JSON, 300, 7, Optional.of(new WriteBudget(2, 5)), "{}", Optional.empty());
    return new FormCluster(
        new ClusterIdentity("c1", 2), 1, new TreeMap<>(Map.of("deploys", policy)));
  }

  static Once once() {
    return new Once(new SessionTag(new SessionId(1, -1), 300, 299, 60_000), delete());
  }

  static ExpireSessions expire() {
    return new ExpireSessions(List.of(new SessionId(1, -1), new SessionId(2, 3)));
  }

  static Compact compact() {
    return new Compact(300);
  }

  static AcquireLease acquire() {
    return new AcquireLease("controllers/a", "a-1", 10_000, Bytes.utf8("m"));
  }

  static ReleaseLease release() {
    return new ReleaseLease(new LeaseRef("l", 300));
  }

  static HandOverLease handOver() {
    return new HandOverLease(new LeaseRef("l", 300), "b");
  }

  static ExpireLease expireLease() {
    return new ExpireLease(7, new LeaseRef("l", 300));
  }

  static CheckpointLease checkpoint() {
    return new CheckpointLease(7, new LeaseRef("l", 300), OptionalLong.of(90_000));
  }

  static RegisterMember register() {
    MemberRecord member =
        new MemberRecord(
            "h:1",
            0,
            new TreeMap<>(Map.of("slots", 300L)),
            MemberRecord.Health.HEALTHY,
            new TreeMap<>(Map.of("zone", "a")));
    return new RegisterMember(
        "n1",
        member,
        10_000,
        List.of(new RegisterMember.Endpoint(Key.of("endpoint/s/n1"), Bytes.utf8("e"))));
  }

  static UpdateMember update() {
    return new UpdateMember(
        new LeaseRef("member/n1", 300),
        Optional.of(MemberRecord.Health.DEGRADED),
        Optional.of(new TreeMap<>(Map.of("slots", 299L))),
        Optional.of(new TreeMap<>()));
  }

  static DeregisterMember deregister() {
    return new DeregisterMember(new LeaseRef("member/n1", 300));
  }

  static NextClaim next() {
    return new NextClaim("shards", new LeaseRef("l", 300));
  }

  static TakeOverClaim takeOver() {
    return new TakeOverClaim(Key.of("claim/shards/7"), 3, new LeaseRef("l", 300));
  }

  static DrainClaim drain() {
    return new DrainClaim(Key.of("claim/shards/7"), OptionalLong.of(0), 30_000);
  }

  static ReleaseClaim releaseClaim() {
    return new ReleaseClaim(Key.of("claim/shards/7"), 3, new LeaseRef("l", 300), true);
  }

  static EndDrain endDrain() {
    return new EndDrain(7, Key.of("claim/shards/7"), 3);
  }

  /** Each target and each operation once, and each relation. */
  static Txn txn() {
    Key key = Key.of("desired/a");
    return new Txn(
        List.of(
            new Compare(key, Compare.Relation.EQUAL, new Compare.Exists(true)),
            new Compare(key, Compare.Relation.NOT_EQUAL, new Compare.CreateRevision(1)),
            new Compare(key, Compare.Relation.GREATER, new Compare.ModRevision(2)),
            new Compare(key, Compare.Relation.LESS, new Compare.Version(3)),
            new Compare(key, Compare.Relation.EQUAL, new Compare.Body(Bytes.utf8("b"))),
            new Compare(key, Compare.Relation.EQUAL, new Compare.LeaseToken(4))),
        List.of(
            new Operation.PutFact(key, Bytes.utf8("n"), Optional.of(new LeaseRef("l", 5))),
            new Operation.DeleteFacts(new KeyRange(Bytes.utf8("desired/b"), Optional.empty()))),
        List.of(
            new Operation.GetFact(key),
            new Operation.ListFacts(KeyRange.prefix(Bytes.utf8("desired/")), 10, true)),
        List.of(new LeaseRef("g", 6)));
  }
}
