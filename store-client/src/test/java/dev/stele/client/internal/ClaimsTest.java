// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal;

import static dev.stele.client.internal.FakeWatches.delete;
import static dev.stele.client.internal.FakeWatches.fact;
import static dev.stele.client.internal.FakeWatches.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.stele.client.ClaimGrant;
import dev.stele.client.ClaimHandle;
import dev.stele.client.ClaimHandle.State;
import dev.stele.client.Compare;
import dev.stele.client.FactKey;
import dev.stele.client.Keys;
import dev.stele.client.LeaseHandle;
import dev.stele.client.LeaseOptions;
import dev.stele.client.LeaseRef;
import dev.stele.client.StoreClient;
import dev.stele.client.error.CompareFailedException;
import dev.stele.client.error.FencedException;
import dev.stele.client.error.LeaseHeldException;
import dev.stele.client.error.PoolExhaustedException;
import dev.stele.client.error.Reason;
import dev.stele.client.error.UnavailableException;
import dev.stele.client.kind.Claim;
import dev.stele.client.kind.Pool;
import dev.stele.proto.v1.DrainClaimRequest;
import dev.stele.proto.v1.GetRequest;
import dev.stele.proto.v1.GetResponse;
import dev.stele.proto.v1.ListResponse;
import dev.stele.proto.v1.NextClaimRequest;
import dev.stele.proto.v1.PutRequest;
import dev.stele.proto.v1.ReleaseClaimRequest;
import dev.stele.proto.v1.TakeoverClaimRequest;
import dev.stele.proto.v1.TxnRequest;
import dev.stele.proto.v1.TxnResponse;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Claims: what is asked, what a handle is told, and by which watch. Claims begin at 101. */
final class ClaimsTest {
  private static final LeaseRef REF = new LeaseRef("member/w", 41);
  private static final FactKey<Claim> ONE = Keys.claim("shards/1");

  private final FakeCluster cluster = new FakeCluster();

  @AfterEach
  void close() {
    cluster.close();
  }

  private LeaseHandle lease(StoreClient client) {
    return client
        .leases()
        .acquire("member/w", LeaseOptions.ttl(Duration.ofSeconds(10)).holder("w"))
        .join();
  }

  private static Claim owned(Claim.State state, long epoch, long drainMillis) {
    return new Claim(FakeClaims.OWNER, epoch, state, drainMillis);
  }

  @Test
  void theFirstIdleClaimIsAskedForUnderASession() {
    StoreClient client = cluster.client("a:1");
    ClaimGrant grant = client.claims().next("shards", REF).join();
    assertThat(grant).isEqualTo(new ClaimGrant(ONE, "w", 1, 101));
    assertThat(grant.pool()).isEqualTo("shards");
    assertThat(grant.item()).isEqualTo("1");
    NextClaimRequest request = cluster.a.received(0, NextClaimRequest.class);
    assertThat(request.getPool()).isEqualTo("shards");
    assertThat(request.getLease().getToken()).isEqualTo(41);
    assertThat(request.getHeader().hasSession()).isTrue();
    assertThat(cluster.a.watches.streams).isEmpty();
  }

  @Test
  void aPoolWithoutAnIdleClaimSaysWhenToComeAgain() {
    cluster.a.fails(
        Errors.of(
            Status.Code.RESOURCE_EXHAUSTED,
            Reason.POOL_EXHAUSTED.name(),
            Map.of(),
            null,
            Duration.ofSeconds(1)));
    PoolExhaustedException exhausted =
        Failures.of(
            cluster.client("a:1").claims().next("shards", REF), PoolExhaustedException.class);
    assertThat(exhausted.retryAfter()).contains(Duration.ofSeconds(1));
  }

  @Test
  void aTakeoverExpectsAnEpoch() {
    StoreClient client = cluster.client("a:1");
    ClaimGrant grant = client.claims().takeover(ONE, 7, REF).join();
    assertThat(grant.epoch()).isEqualTo(8);
    TakeoverClaimRequest request = cluster.a.received(0, TakeoverClaimRequest.class);
    assertThat(request.getClaim()).isEqualTo("claim/shards/1");
    assertThat(request.getEpoch()).isEqualTo(7);

    cluster.a.fails(Errors.of(Status.Code.FAILED_PRECONDITION, Reason.LEASE_HELD));
    Failures.of(client.claims().takeover(ONE, 8, REF), LeaseHeldException.class);
    cluster.a.fails(Errors.of(Status.Code.FAILED_PRECONDITION, Reason.COMPARE_FAILED));
    Failures.of(client.claims().takeover(ONE, 6, REF), CompareFailedException.class);
  }

  @Test
  void aDrainSaysItsDeadlineWhateverItIs() {
    StoreClient client = cluster.client("a:1");
    assertThat(client.claims().drain(ONE, Duration.ofSeconds(3)).join()).isEqualTo(90);
    client.claims().drain(ONE, Duration.ofSeconds(-3)).join();
    client.claims().drain(ONE, Duration.ofSeconds(Long.MAX_VALUE)).join();
    assertThat(cluster.a.received(0, DrainClaimRequest.class).hasEpoch()).isFalse();
    assertThat(IntStream.range(0, 3).mapToObj(this::deadline))
        .containsExactly(3_000L, 0L, Long.MAX_VALUE);
    client.claims().drain(ONE, 0, Duration.ofSeconds(3)).join();
    assertThat(cluster.a.received(3, DrainClaimRequest.class).hasEpoch()).isTrue();
  }

  private long deadline(int call) {
    return cluster.a.received(call, DrainClaimRequest.class).getDeadlineMillis();
  }

  @Test
  void aReleaseSaysWhetherItIsForEver() {
    StoreClient client = cluster.client("a:1");
    client.claims().release(ONE, 2, REF, true).join();
    assertThat(client.claims().release(ONE, 2, REF, false).join()).isEqualTo(91);
    ReleaseClaimRequest request = cluster.a.received(0, ReleaseClaimRequest.class);
    assertThat(request.getRetire()).isTrue();
    assertThat(request.getEpoch()).isEqualTo(2);
    assertThat(request.getLease().getName()).isEqualTo("member/w");
    assertThat(cluster.a.received(1, ReleaseClaimRequest.class).getRetire()).isFalse();
  }

  @Test
  void oneWatchFromBehindTheFirstGrantServesAllClaimsOfAPool() {
    StoreClient client = cluster.client("a:1");
    LeaseHandle lease = lease(client);
    ClaimHandle one = client.claims().next("shards", lease).join();
    ClaimHandle two = client.claims().next("shards", lease).join();
    FakeWatches.Stream stream = cluster.a.watches.last();
    assertThat(stream.creates()).hasSize(1);
    assertThat(stream.lastCreate().getSelector().getPrefix().toStringUtf8())
        .isEqualTo("claim/shards/");
    assertThat(stream.lastCreate().getFromRevision()).isEqualTo(102);

    stream.begins().events(false, put(102, two.grant().key(), owned(Claim.State.OWNED, 1, 0)));
    assertThat(one.acceptsWork()).isTrue();
    assertThat(two.acceptsWork()).isTrue();

    CompletableFuture<Duration> draining = one.draining();
    stream.events(false, put(103, ONE, owned(Claim.State.DRAINING, 1, 5_000)));
    assertThat(draining).isCompletedWithValue(Duration.ofSeconds(5));
    assertThat(one.state()).isEqualTo(State.DRAINING);
    assertThat(one.acceptsWork()).isFalse();
    assertThat(one.lost()).isNotDone();
    assertThat(two.acceptsWork()).isTrue();
  }

  @Test
  void aClaimIsLostWhenItIsAnothersOrNobodys() {
    StoreClient client = cluster.client("a:1");
    LeaseHandle lease = lease(client);
    List<ClaimHandle> claims =
        IntStream.range(0, 5).mapToObj(i -> client.claims().next("p", lease).join()).toList();
    FakeWatches.Stream stream = cluster.a.watches.last().begins();
    stream.events(false, put(110, key(claims, 0), new Claim("", 1, Claim.State.IDLE)));
    stream.events(false, put(111, key(claims, 1), owned(Claim.State.RETIRED, 1, 0)));
    stream.events(false, put(112, key(claims, 2), owned(Claim.State.OWNED, 2, 0)));
    stream.events(false, put(113, key(claims, 3), new Claim("x", 1, Claim.State.OWNED)));
    stream.events(false, delete(114, key(claims, 4).text()));
    for (ClaimHandle claim : claims) {
      assertThat(claim.state()).isEqualTo(State.LOST);
      assertThat(claim.lost()).isCompleted();
      assertThat(claim.draining()).isCompletedWithValue(Duration.ZERO);
    }
    int calls = cluster.a.calls();
    claims.forEach(ClaimHandle::close);
    assertThat(cluster.a.calls()).isEqualTo(calls);
  }

  private static FactKey<Claim> key(List<ClaimHandle> claims, int index) {
    return claims.get(index).grant().key();
  }

  @Test
  void theLossOfTheLeaseLosesItsClaimsAtOnce() {
    cluster.a.leases.renews = false;
    StoreClient client = cluster.client("a:1");
    LeaseHandle lease = lease(client);
    ClaimHandle claim = client.claims().next("shards", lease).join();
    cluster.time.advance(Duration.ofMillis(9_889));
    assertThat(claim.state()).isEqualTo(State.OWNED);
    cluster.time.advance(Duration.ofMillis(1));
    assertThat(claim.state()).isEqualTo(State.LOST);
    claim.lost().orTimeout(10, java.util.concurrent.TimeUnit.SECONDS).join();
    int calls = cluster.a.calls();
    FencedException refused =
        Failures.of(client.claims().next("shards", lease), FencedException.class);
    assertThat(refused.field()).contains("lease");
    assertThat(cluster.a.calls()).isEqualTo(calls);
  }

  @Test
  void whatItsOwnerGivesBackIsLostBeforeItIsSaid() {
    StoreClient client = cluster.client("a:1");
    ClaimHandle claim = client.claims().next("shards", lease(client)).join();
    cluster.a.isSilent();
    CompletableFuture<Long> released = claim.release();
    assertThat(released).isNotDone();
    assertThat(claim.state()).isEqualTo(State.LOST);
    assertThat(claim.lost()).isCompleted();
    assertThat(claim.retire()).isNotDone();
    claim.close();
    assertThat(cluster.a.calls()).isEqualTo(3);
    assertThat(cluster.a.received(2, ReleaseClaimRequest.class).getRetire()).isFalse();
  }

  @Test
  void aClaimIsRetiredByItsOwner() {
    StoreClient client = cluster.client("a:1");
    ClaimHandle claim = client.claims().next("shards", lease(client)).join();
    assertThat(claim.retire().join()).isEqualTo(91);
    assertThat(cluster.a.received(2, ReleaseClaimRequest.class).getRetire()).isTrue();
  }

  @Test
  void itsComparisonIsOfTheChangeThatMadeItOwned() {
    StoreClient client = cluster.client("a:1");
    ClaimHandle claim = client.claims().next("shards", lease(client)).join();
    assertThat(claim.stillOwned()).isEqualTo(Compare.modRevision(ONE, Compare.Relation.EQUAL, 101));
  }

  @Test
  void aPoolIsFollowedForAWhileAfterItsLastClaim() {
    StoreClient client = cluster.client("a:1");
    LeaseHandle lease = lease(client);
    client.claims().next("shards", lease).join().close();
    cluster.a.watches.last().begins();
    cluster.time.advance(Duration.ofSeconds(9));
    client.claims().next("shards", lease).join().close();
    cluster.time.advance(Duration.ofSeconds(9));
    assertThat(cluster.a.watches.last().creates()).hasSize(1);
    assertThat(cancels()).isZero();
    cluster.time.advance(Duration.ofSeconds(1));
    assertThat(cancels()).isEqualTo(1);

    client.claims().next("shards", lease).join();
    assertThat(cluster.a.watches.last().lastCreate().getFromRevision()).isEqualTo(104);
  }

  private long cancels() {
    return cluster.a.watches.last().requests.stream().filter(one -> one.hasCancel()).count();
  }

  @Test
  void whatHappenedBetweenTheGrantAndItsAnswerIsRemembered() {
    StoreClient client = cluster.client("a:1");
    LeaseHandle lease = lease(client);
    client.claims().next("shards", lease).join();
    FakeWatches.Stream stream = cluster.a.watches.last().begins();
    // The next one is granted at 102, and drains before its answer is here.
    stream.events(false, put(103, Keys.claim("shards/2"), owned(Claim.State.DRAINING, 1, 1_000)));
    ClaimHandle second = client.claims().next("shards", lease).join();
    assertThat(second.state()).isEqualTo(State.DRAINING);
    stream.events(false, delete(104, "claim/shards/3"));
    assertThat(client.claims().next("shards", lease).join().state()).isEqualTo(State.LOST);
  }

  @Test
  void whatNobodyRemembersIsRead() {
    StoreClient client = cluster.client("a:1");
    LeaseHandle lease = lease(client);
    client.claims().next("shards", lease).join();
    FakeWatches.Stream stream = cluster.a.watches.last().begins();
    for (int i = 0; i < 1_025; i++) {
      stream.events(false, put(103 + i, Keys.claim("shards/x" + i), Claim.idle()));
    }
    int calls = cluster.a.calls();
    cluster.a.answers(
        dev.stele.proto.v1.NextClaimResponse.newBuilder()
            .setHeader(cluster.a.header)
            .setClaim(FakeClaims.owned("claim/shards/2", 1, 102))
            .build());
    cluster.a.fails(Errors.of(Status.Code.NOT_FOUND, Reason.NOT_FOUND));
    cluster.a.answers(
        GetResponse.newBuilder()
            .setHeader(cluster.a.header)
            .setFact(fact(600, Keys.claim("shards/2"), owned(Claim.State.DRAINING, 1, 700)))
            .build());
    ClaimHandle second = client.claims().next("shards", lease).join();
    assertThat(second.state()).isEqualTo(State.OWNED);
    cluster.time.advance(Duration.ofSeconds(1));
    assertThat(second.state()).isEqualTo(State.DRAINING);
    assertThat(cluster.a.calls()).isEqualTo(calls + 3);
    assertThat(cluster.a.received(calls + 1, GetRequest.class).getRead().getAtLeast())
        .isEqualTo(1_127);
  }

  @Test
  void aDrainThatBeganUnseenMayBeOverAlready() {
    StoreClient client = cluster.client("a:1", "b:1");
    ClaimHandle claim = client.claims().next("shards", lease(client)).join();
    FakeWatches.Stream stream = cluster.a.watches.last().begins();
    stream.mark(101).breaks();
    // The next node has more than was seen so far, so the watch is behind until that has come.
    cluster.b.header = FakeCluster.header("b:1", "a:1", 1, 105);
    cluster.time.advance(Duration.ofSeconds(4));
    cluster
        .b
        .watches
        .last()
        .begins()
        .events(false, put(105, ONE, owned(Claim.State.DRAINING, 1, 5_000)));
    assertThat(claim.draining().join()).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void whatIsGoneAfterAGapIsLost() {
    StoreClient client = cluster.client("a:1");
    LeaseHandle lease = lease(client);
    ClaimHandle gone = client.claims().next("shards", lease).join();
    ClaimHandle kept = client.claims().next("shards", lease).join();
    FakeWatches.Stream stream = cluster.a.watches.last().begins();
    stream.ends(FakeWatches.problem("COMPACTED").setFloor(500));
    cluster.time.advance(Duration.ofSeconds(1));
    FakeWatches.Stream again = cluster.a.watches.last();
    assertThat(again.lastCreate().hasInitialState()).isTrue();
    again.begins().page(600, false, fact(102, kept.grant().key(), owned(Claim.State.OWNED, 1, 0)));
    assertThat(gone.state()).isEqualTo(State.OWNED);
    again.page(600, true);
    assertThat(gone.state()).isEqualTo(State.LOST);
    assertThat(kept.state()).isEqualTo(State.OWNED);
  }

  @Test
  void aWatchThatFailsBeginsAnewAsLongAsClaimsAreOwned() {
    StoreClient client = cluster.client("a:1");
    ClaimHandle claim = client.claims().next("shards", lease(client)).join();
    cluster.a.watches.last().refuses(FakeWatches.problem("LIMIT_REACHED"));
    assertThat(claim.state()).isEqualTo(State.OWNED);
    cluster.time.advance(Duration.ofSeconds(1));
    FakeWatches.Stream again = cluster.a.watches.last();
    assertThat(again.lastCreate().hasInitialState()).isTrue();
    again.begins().page(120, true);
    assertThat(claim.state()).isEqualTo(State.LOST);
  }

  @Test
  void anotherHistoryLosesAllClaims() {
    StoreClient client = cluster.client("a:1");
    ClaimHandle claim = client.claims().next("shards", lease(client)).join();
    cluster.a.watches.last().refuses(FakeWatches.problem("WRONG_EPOCH"));
    assertThat(claim.state()).isEqualTo(State.LOST);
  }

  @Test
  void closingTheClientLosesItsClaimsAndReleasesNone() {
    StoreClient client = cluster.client("a:1");
    ClaimHandle claim = client.claims().next("shards", lease(client)).join();
    client.close();
    assertThat(claim.lost()).isCompleted();
    assertThat(cluster.a.calls()).isEqualTo(2);
    Failures.of(claim.release(), UnavailableException.class);
  }

  @Test
  void whatIsGrantedToSomebodyWhoHasLeftIsGivenBack() throws InterruptedException {
    StoreClient client = cluster.client("a:1");
    LeaseHandle lease = lease(client);
    cluster.a.fails(Errors.of(Status.Code.UNAVAILABLE, Reason.NO_QUORUM));
    cluster.time.random = 0.99;
    CompletableFuture<ClaimHandle> claim = client.claims().next("shards", lease);
    claim.cancel(true);
    cluster.time.advance(Duration.ofSeconds(1));
    assertThat(cluster.a.received(3, ReleaseClaimRequest.class).getClaim())
        .isEqualTo("claim/shards/2");
  }

  @Test
  void aPoolIsDefinedByItsFact() {
    cluster.client("a:1").claims().define("ports", Pool.listed()).join();
    assertThat(cluster.a.received(0, PutRequest.class).getKey().toStringUtf8())
        .isEqualTo("pool/ports");
  }

  @Test
  void itemsAreAddedAsManyAtATimeAsATransactionTakes() {
    StoreClient client = cluster.client("a:1");
    List<String> items = IntStream.range(0, 129).mapToObj(Integer::toString).toList();
    assertThat(client.claims().add("p", items).join()).isEqualTo(129);
    TxnRequest first = cluster.a.received(0, TxnRequest.class);
    assertThat(first.getComparesCount()).isEqualTo(128);
    assertThat(first.getThenCount()).isEqualTo(128);
    assertThat(first.getThen(5).getPut().getKey().toStringUtf8()).isEqualTo("claim/p/5");
    assertThat(cluster.a.received(1, TxnRequest.class).getThenCount()).isEqualTo(1);
    assertThat(cluster.a.calls()).isEqualTo(2);
  }

  @Test
  void whatIsThereAlreadyStaysAsItIs() {
    StoreClient client = cluster.client("a:1");
    cluster.a.answers(TxnResponse.newBuilder().setHeader(cluster.a.header).build());
    cluster.a.fails(Errors.of(Status.Code.ALREADY_EXISTS, Reason.ALREADY_EXISTS));
    assertThat(client.claims().add("p", List.of("x", "y", "x")).join()).isEqualTo(1);
    assertThat(cluster.a.calls()).isEqualTo(3);
    assertThat(cluster.a.received(1, PutRequest.class).getIfAbsent()).isTrue();
  }

  @Test
  void anItemOfAnotherPoolIsNone() {
    StoreClient client = cluster.client("a:1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> client.claims().add("p", List.of("a/b")))
        .withMessageContaining("'a/b'");
    assertThatIllegalArgumentException().isThrownBy(() -> client.claims().add("p", List.of("")));
    assertThat(cluster.a.calls()).isZero();
  }

  @Test
  void aListLeavesTheClaimsOfPoolsBelowOut() {
    cluster.a.answers(
        ListResponse.newBuilder()
            .setHeader(cluster.a.header)
            .setRevision(10)
            .addFacts(fact(7, Keys.claim("p/1"), Claim.idle()))
            .addFacts(fact(8, Keys.claim("p/below/1"), Claim.idle()))
            .addFacts(fact(9, Keys.claim("p/2"), Claim.idle()))
            .build());
    assertThat(cluster.client("a:1").claims().list("p").join())
        .extracting(claim -> claim.key().name())
        .containsExactly("p/1", "p/2");
  }
}
