// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire;

import static dev.stele.server.wire.MembersTest.members;
import static dev.stele.server.wire.MembersTest.registration;
import static dev.stele.server.wire.MembersTest.report;
import static dev.stele.server.wire.MembersTest.reports;
import static dev.stele.server.wire.Requests.get;
import static dev.stele.server.wire.Requests.lease;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.stele.proto.v1.Claim;
import dev.stele.proto.v1.ClaimsGrpc;
import dev.stele.proto.v1.DrainClaimRequest;
import dev.stele.proto.v1.DrainClaimResponse;
import dev.stele.proto.v1.Fact;
import dev.stele.proto.v1.LeaseRef;
import dev.stele.proto.v1.Member;
import dev.stele.proto.v1.NextClaimRequest;
import dev.stele.proto.v1.NextClaimResponse;
import dev.stele.proto.v1.NumberRange;
import dev.stele.proto.v1.OwnedClaim;
import dev.stele.proto.v1.Pool;
import dev.stele.proto.v1.ReleaseClaimRequest;
import dev.stele.proto.v1.ReleaseClaimResponse;
import dev.stele.proto.v1.SubnetRange;
import dev.stele.proto.v1.TakeoverClaimRequest;
import dev.stele.server.core.model.Reason;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Claims on the wire. */
final class ClaimsTest {
  private static final Pool PORTS =
      Pool.newBuilder().setNumbers(NumberRange.newBuilder().setFirst(8_000).setLast(8_001)).build();

  private TestNode node;
  private LeaseRef a;
  private LeaseRef b;

  @BeforeEach
  void start() throws IOException {
    node = TestNode.formed("n1");
    a = members(node).register(registration("a").build()).getLease();
    b = members(node).register(registration("b").build()).getLease();
  }

  @AfterEach
  void stop() {
    node.close();
    assertThat(node.faults).isEmpty();
  }

  private ClaimsGrpc.ClaimsBlockingStub claims() {
    return claims(node);
  }

  private static ClaimsGrpc.ClaimsBlockingStub claims(TestNode at) {
    return ClaimsGrpc.newBlockingStub(at.channel());
  }

  private void pool(Pool pool) {
    var unused = node.facts().put(Requests.put("pool/p").setBody(pool.toByteString()).build());
  }

  private void listed(String... items) {
    pool(Pool.getDefaultInstance());
    for (String item : items) {
      var unused =
          node.facts()
              .put(
                  Requests.put("claim/p/" + item)
                      .setBody(Claim.getDefaultInstance().toByteString())
                      .build());
    }
  }

  private static NextClaimRequest next(LeaseRef lease) {
    return NextClaimRequest.newBuilder().setPool("p").setLease(lease).build();
  }

  private static TakeoverClaimRequest takeover(String item, long epoch, LeaseRef lease) {
    return TakeoverClaimRequest.newBuilder()
        .setClaim("claim/p/" + item)
        .setEpoch(epoch)
        .setLease(lease)
        .build();
  }

  private static DrainClaimRequest.Builder drain(String item) {
    return DrainClaimRequest.newBuilder().setClaim("claim/p/" + item).setDeadlineMillis(1_500);
  }

  private static ReleaseClaimRequest.Builder release(String item, long epoch, LeaseRef lease) {
    return ReleaseClaimRequest.newBuilder()
        .setClaim("claim/p/" + item)
        .setEpoch(epoch)
        .setLease(lease);
  }

  private Fact fact(String item) {
    return node.facts().get(get("claim/p/" + item).build()).getFact();
  }

  private Claim claim(String item) throws InvalidProtocolBufferException {
    return Claim.parseFrom(fact(item).getBody());
  }

  @Test
  void theFirstIdleClaimBecomesTheLeasesHolders() throws Exception {
    listed("2", "1");
    NextClaimResponse response = claims().next(next(a));
    assertThat(response.getClaim())
        .isEqualTo(
            OwnedClaim.newBuilder()
                .setKey("claim/p/1")
                .setOwner("a")
                .setEpoch(1)
                .setRevision(node.revision())
                .build());
    assertThat(response.getDuplicate()).isFalse();
    assertThat(claim("1"))
        .isEqualTo(
            Claim.newBuilder().setOwner("a").setEpoch(1).setState(Claim.State.OWNED).build());
    assertThat(fact("1").getLease()).isEqualTo(a);
    assertThat(claims().next(next(b)).getClaim().getKey()).isEqualTo("claim/p/2");
  }

  @Test
  void aPoolWithNothingLeftSaysSoAndWhenToComeBack() {
    pool(PORTS);
    assertThat(claims().next(next(a)).getClaim().getKey()).isEqualTo("claim/p/8000");
    assertThat(claims().next(next(a)).getClaim().getKey()).isEqualTo("claim/p/8001");
    long before = node.revision();
    Refused refused = Refused.by(() -> claims().next(next(a)));
    assertThat(refused.reason()).isEqualTo(Reason.POOL_EXHAUSTED);
    assertThat(refused.field()).isEqualTo("pool");
    assertThat(refused.retry().orElseThrow().getRetryDelay().getSeconds()).isEqualTo(1);
    assertThat(node.revision()).isEqualTo(before);
  }

  @Test
  void networksAreHandedOutLikeAnythingElse() {
    pool(
        Pool.newBuilder()
            .setSubnets(SubnetRange.newBuilder().setNetwork("10.0.0.0/23").setPrefixLength(24))
            .build());
    assertThat(claims().next(next(a)).getClaim().getKey()).isEqualTo("claim/p/10.0.0.0-24");
    assertThat(claims().next(next(a)).getClaim().getKey()).isEqualTo("claim/p/10.0.1.0-24");
  }

  @Test
  void whatIsNotThereIsNotFound() {
    Refused pool = Refused.by(() -> claims().next(next(a)));
    assertThat(pool.reason()).isEqualTo(Reason.NOT_FOUND);
    assertThat(pool.field()).isEqualTo("pool");
    listed("1");
    for (Refused claim :
        new Refused[] {
          Refused.by(() -> claims().takeover(takeover("9", 0, a))),
          Refused.by(() -> claims().drain(drain("9").build())),
          Refused.by(() -> claims().release(release("9", 0, a).build()))
        }) {
      assertThat(claim.reason()).isEqualTo(Reason.NOT_FOUND);
      assertThat(claim.field()).isEqualTo("claim");
    }
  }

  @Test
  void onlyWhoHoldsTheLeaseTakesOrGivesBack() {
    listed("1");
    LeaseRef old = lease("member/a", a.getToken() + 100);
    assertThat(Refused.by(() -> claims().next(next(old))).reason()).isEqualTo(Reason.FENCED);
    var unused = claims().next(next(a));
    Refused stranger = Refused.by(() -> claims().release(release("1", 1, b).build()));
    assertThat(stranger.reason()).isEqualTo(Reason.FENCED);
    assertThat(stranger.field()).isEqualTo("lease");
  }

  @Test
  void aTakeoverOfTheLivingIsRefusedWithWhoHasIt() {
    listed("1");
    var unused = claims().next(next(a));
    long before = node.revision();
    Refused refused = Refused.by(() -> claims().takeover(takeover("1", 1, b)));
    assertThat(refused.reason()).isEqualTo(Reason.LEASE_HELD);
    assertThat(refused.metadata("holder")).isEqualTo("a");
    assertThat(refused.metadata("token")).isEqualTo("" + a.getToken());
    assertThat(node.revision()).isEqualTo(before);
  }

  @Test
  void aTakeoverNeedsTheEpochThatTheClaimStandsAt() {
    listed("1");
    var unused = claims().next(next(a));
    var released = claims().release(release("1", 1, a).build());
    assertThat(released.getRevision()).isEqualTo(node.revision());
    Refused refused = Refused.by(() -> claims().takeover(takeover("1", 0, b)));
    assertThat(refused.reason()).isEqualTo(Reason.COMPARE_FAILED);
    assertThat(refused.field()).isEqualTo("epoch");
    assertThat(refused.metadata("epoch")).isEqualTo("1");
    OwnedClaim taken = claims().takeover(takeover("1", 1, b)).getClaim();
    assertThat(taken.getOwner()).isEqualTo("b");
    assertThat(taken.getEpoch()).isEqualTo(2);
  }

  @Test
  void aDrainAsksTheOwnerAndTellsHowLongItMayTake() throws Exception {
    listed("1");
    var unused = claims().next(next(a));
    DrainClaimResponse drained = claims().drain(drain("1").setEpoch(1).build());
    assertThat(drained.getRevision()).isEqualTo(node.revision());
    assertThat(claim("1"))
        .isEqualTo(
            Claim.newBuilder()
                .setOwner("a")
                .setEpoch(1)
                .setState(Claim.State.DRAINING)
                .setDrainMillis(1_500)
                .build());
    assertThat(fact("1").getLease()).isEqualTo(a);
    assertThat(Refused.by(() -> claims().drain(drain("1").setEpoch(2).build())).reason())
        .isEqualTo(Reason.COMPARE_FAILED);
    ReleaseClaimResponse released = claims().release(release("1", 1, a).setRetire(true).build());
    assertThat(released.getRevision()).isEqualTo(node.revision());
    assertThat(claim("1").getState()).isEqualTo(Claim.State.RETIRED);
  }

  @Test
  void aMemberThatSaidThatItDrainsGetsNothingMore() {
    listed("1");
    var written =
        members(node)
            .report(reports(report("a", a.getToken()).setHealth(Member.Health.DRAINING)).build());
    assertThat(written.getOutcomes(0).getWritten()).isEqualTo(node.revision());
    Refused refused = Refused.by(() -> claims().next(next(a)));
    assertThat(refused.reason()).isEqualTo(Reason.LIMIT_REACHED);
    assertThat(refused.field()).isEqualTo("lease");
  }

  @Test
  void aRetryOfTheSameWriteGetsTheSameClaimAsADuplicate() {
    pool(PORTS);
    NextClaimRequest next = next(a).toBuilder().setHeader(LeasesTest.tagged(1)).build();
    OwnedClaim first = claims().next(next).getClaim();
    NextClaimResponse again = claims().next(next);
    assertThat(again.getClaim()).isEqualTo(first);
    assertThat(again.getDuplicate()).isTrue();
    TakeoverClaimRequest takeover =
        takeover("8001", 0, a).toBuilder().setHeader(LeasesTest.tagged(2)).build();
    assertThat(claims().takeover(takeover).getDuplicate()).isFalse();
    assertThat(claims().takeover(takeover).getDuplicate()).isTrue();
    DrainClaimRequest drain = drain("8000").setHeader(LeasesTest.tagged(3)).build();
    assertThat(claims().drain(drain).getDuplicate()).isFalse();
    assertThat(claims().drain(drain).getDuplicate()).isTrue();
    ReleaseClaimRequest release = release("8000", 1, a).setHeader(LeasesTest.tagged(4)).build();
    assertThat(claims().release(release).getDuplicate()).isFalse();
    assertThat(claims().release(release).getDuplicate()).isTrue();
  }

  @Test
  void anotherNodePassesEverythingOnToTheLeader() throws Exception {
    pool(PORTS);
    try (TestNode other = TestNode.formed("n2", node.address())) {
      other.standing = TestNode.following(Optional.of("n1"));
      NextClaimResponse taken = claims(other).next(next(a));
      assertThat(taken.getHeader().getMember()).isEqualTo("n1");
      assertThat(claims(other).takeover(takeover("8001", 0, b)).getClaim().getOwner())
          .isEqualTo("b");
      var drained = claims(other).drain(drain("8001").build());
      assertThat(drained.getRevision()).isEqualTo(node.revision());
      var released = claims(other).release(release("8000", 1, a).build());
      assertThat(released.getRevision()).isEqualTo(node.revision());
      assertThat(claim("8000").getState()).isEqualTo(Claim.State.IDLE);
      assertThat(other.revision()).isZero();
    }
  }

  @Test
  void whatAPoolOwnsIsNeitherPutNorDeletedOverTheWire() {
    listed("1");
    var unused = claims().next(next(a));
    long before = node.revision();
    Refused put =
        Refused.by(
            () ->
                node.facts()
                    .put(
                        Requests.put("claim/p/1")
                            .setBody(Claim.getDefaultInstance().toByteString())
                            .build()));
    Refused delete = Refused.by(() -> node.facts().delete(Requests.delete("claim/p/1").build()));
    for (Refused refused : new Refused[] {put, delete}) {
      assertThat(refused.reason()).isEqualTo(Reason.LEASE_HELD);
      assertThat(refused.field()).isEqualTo("key");
      assertThat(refused.metadata("holder")).isEqualTo("a");
    }
    assertThat(node.revision()).isEqualTo(before);
  }
}
