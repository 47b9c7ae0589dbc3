// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire;

import static dev.stele.server.wire.Requests.get;
import static dev.stele.server.wire.Requests.lease;
import static dev.stele.server.wire.Requests.put;
import static dev.stele.server.wire.Requests.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.stele.proto.v1.AcquireLeaseRequest;
import dev.stele.proto.v1.AcquireLeaseResponse;
import dev.stele.proto.v1.GetLeaseRequest;
import dev.stele.proto.v1.HandOverLeaseRequest;
import dev.stele.proto.v1.HandOverLeaseResponse;
import dev.stele.proto.v1.Lease;
import dev.stele.proto.v1.LeaseHolding;
import dev.stele.proto.v1.LeasesGrpc;
import dev.stele.proto.v1.ListLeasesRequest;
import dev.stele.proto.v1.ListLeasesResponse;
import dev.stele.proto.v1.ReleaseLeaseRequest;
import dev.stele.proto.v1.ReleaseLeaseResponse;
import dev.stele.proto.v1.RenewLeaseRequest;
import dev.stele.proto.v1.RequestHeader;
import dev.stele.proto.v1.SessionTag;
import dev.stele.server.core.model.LeaseRef;
import dev.stele.server.core.model.Reason;
import dev.stele.server.lease.Renewal;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Leases on the wire, but for their waits and their streams. */
final class LeasesTest {
  private TestNode node;

  @BeforeEach
  void start() throws IOException {
    node = TestNode.formed("n1");
  }

  @AfterEach
  void stop() {
    node.close();
    assertThat(node.faults).isEmpty();
  }

  private LeasesGrpc.LeasesBlockingStub leases() {
    return leases(node);
  }

  private static LeasesGrpc.LeasesBlockingStub leases(TestNode at) {
    return LeasesGrpc.newBlockingStub(at.channel());
  }

  static AcquireLeaseRequest.Builder acquire(String name, String holder) {
    return AcquireLeaseRequest.newBuilder().setName(name).setHolder(holder).setTtlMillis(10_000);
  }

  static RequestHeader tagged(long sequence) {
    return RequestHeader.newBuilder()
        .setSession(
            SessionTag.newBuilder()
                .setId(ByteString.copyFrom(new byte[16]))
                .setSequence(sequence)
                .setAcknowledgedBelow(1))
        .build();
  }

  private Lease shown(String name) {
    return leases().getLease(GetLeaseRequest.newBuilder().setName(name).build()).getLease();
  }

  @Test
  void anAcquisitionTellsTheTokenWhichIsItsRevision() {
    AcquireLeaseResponse response = leases().acquire(acquire("a/b", "me").build());
    assertThat(response.getToken()).isEqualTo(node.revision()).isEqualTo(1);
    assertThat(response.getName()).isEqualTo("a/b");
    assertThat(response.getTtlMillis()).isEqualTo(10_000);
    assertThat(response.getDuplicate()).isFalse();
    assertThat(response.getHeader().getRevision()).isEqualTo(1);
  }

  @Test
  void aHeldLeaseIsRefusedWithWhoHoldsItToItsOwnHolderToo() {
    leases().acquire(acquire("a", "me").build());
    for (String holder : new String[] {"me", "you"}) {
      Refused refused = Refused.by(() -> leases().acquire(acquire("a", holder).build()));
      assertThat(refused.reason()).isEqualTo(Reason.LEASE_HELD);
      assertThat(refused.metadata("holder")).isEqualTo("me");
      assertThat(refused.metadata("token")).isEqualTo("1");
    }
    assertThat(node.revision()).isEqualTo(1);
  }

  @Test
  void aRetryOfTheSameWriteGetsTheSameTokenAsADuplicate() {
    AcquireLeaseRequest request = acquire("a", "me").setHeader(tagged(1)).build();
    long token = leases().acquire(request).getToken();
    AcquireLeaseResponse again = leases().acquire(request);
    assertThat(again.getToken()).isEqualTo(token);
    assertThat(again.getDuplicate()).isTrue();
    ReleaseLeaseRequest release =
        ReleaseLeaseRequest.newBuilder().setHeader(tagged(2)).setLease(lease("a", token)).build();
    assertThat(leases().release(release).getDuplicate()).isFalse();
    assertThat(leases().release(release).getDuplicate()).isTrue();
  }

  @Test
  void anAnonymousLeaseOfASessionHasTheSameNameAtEachTry() {
    AcquireLeaseRequest request = acquire("", "me").setHeader(tagged(1)).build();
    AcquireLeaseResponse first = leases().acquire(request);
    assertThat(first.getName()).matches("anonymous/[0-9a-f]{32}");
    AcquireLeaseResponse again = leases().acquire(request);
    assertThat(again.getName()).isEqualTo(first.getName());
    assertThat(again.getDuplicate()).isTrue();
    assertThat(leases().acquire(acquire("", "me").setHeader(tagged(2)).build()).getName())
        .matches("anonymous/[0-9a-f]{32}")
        .isNotEqualTo(first.getName());
  }

  @Test
  void anonymousLeasesWithoutASessionAreAllDifferent() {
    String one = leases().acquire(acquire("", "me").build()).getName();
    String other = leases().acquire(acquire("", "me").build()).getName();
    assertThat(one).matches("anonymous/[0-9a-f]{32}").isNotEqualTo(other);
  }

  @Test
  void whoGivesALeaseUpNeedsItsToken() {
    leases().acquire(acquire("a", "me").build());
    Refused refused =
        Refused.by(
            () ->
                leases().release(ReleaseLeaseRequest.newBuilder().setLease(lease("a", 9)).build()));
    assertThat(refused.reason()).isEqualTo(Reason.FENCED);
    assertThat(node.revision()).isEqualTo(1);
    ReleaseLeaseResponse released =
        leases().release(ReleaseLeaseRequest.newBuilder().setLease(lease("a", 1)).build());
    assertThat(released.getRevision()).isEqualTo(node.revision()).isEqualTo(2);
    assertThat(leases().getLease(GetLeaseRequest.newBuilder().setName("a").build()).hasLease())
        .isFalse();
  }

  @Test
  void aHandOverGivesTheNextHolderANewToken() {
    leases().acquire(acquire("a", "me").build());
    HandOverLeaseResponse response =
        leases()
            .handOver(
                HandOverLeaseRequest.newBuilder().setLease(lease("a", 1)).setTo("you").build());
    assertThat(response.getToken()).isEqualTo(2);
    assertThat(shown("a").getHolder()).isEqualTo("you");
    assertThat(shown("a").getToken()).isEqualTo(2);
    assertThat(
            Refused.by(
                    () ->
                        leases()
                            .handOver(
                                HandOverLeaseRequest.newBuilder()
                                    .setLease(lease("a", 1))
                                    .setTo("them")
                                    .build()))
                .reason())
        .isEqualTo(Reason.FENCED);
  }

  @Test
  void aHandOverToThePresentHolderIsNone() {
    leases().acquire(acquire("a", "me").build());
    Refused refused =
        Refused.by(
            () ->
                leases()
                    .handOver(
                        HandOverLeaseRequest.newBuilder()
                            .setLease(lease("a", 1))
                            .setTo("me")
                            .build()));
    assertThat(refused.reason()).isEqualTo(Reason.INVALID_FIELD);
    assertThat(refused.field()).isEqualTo("to");
    assertThat(node.revision()).isEqualTo(1);
  }

  private static RenewLeaseRequest renewal(String name, long token) {
    return RenewLeaseRequest.newBuilder().setLease(lease(name, token)).build();
  }

  @Test
  void aRenewalIsAnsweredByTheDesk() {
    node.leases.renewals =
        asked -> CompletableFuture.completedFuture(new Renewal.Renewed(asked.token()));
    assertThat(leases().renew(renewal("a", 77)).getTtlMillis()).isEqualTo(77);
    node.leases.renewals =
        asked -> CompletableFuture.completedFuture(new Renewal.Lost("nobody holds it"));
    Refused refused = Refused.by(() -> leases().renew(renewal("a", 77)));
    assertThat(refused.reason()).isEqualTo(Reason.FENCED);
    assertThat(refused.field()).isEqualTo("lease");
    node.leases.renewals =
        asked ->
            CompletableFuture.completedFuture(
                new Renewal.NotConfirmed(Reason.NO_QUORUM, "nobody answers"));
    assertThat(Refused.by(() -> leases().renew(renewal("a", 77))).reason())
        .isEqualTo(Reason.NO_QUORUM);
  }

  @Test
  void whatADeskThatDoesNotCountAnyMoreSaysIsAskedAgain() {
    AtomicInteger tries = new AtomicInteger();
    node.leases.renewals =
        asked ->
            CompletableFuture.completedFuture(
                tries.incrementAndGet() < 3
                    ? new Renewal.NotConfirmed(Reason.NOT_LEADER, "stepped down")
                    : new Renewal.Renewed(500));
    assertThat(leases().renew(renewal("a", 1)).getTtlMillis()).isEqualTo(500);
    assertThat(tries).hasValue(3);
  }

  @Test
  void anotherNodePassesEverythingOnToTheLeader() throws IOException {
    try (TestNode other = TestNode.formed("n2", node.address())) {
      other.standing = TestNode.following(Optional.of("n1"));
      long token = leases(other).acquire(acquire("a", "me").build()).getToken();
      assertThat(token).isEqualTo(node.revision());
      assertThat(leases(other).renew(renewal("a", token)).getHeader().getMember()).isEqualTo("n1");
      GetLeaseRequest question = GetLeaseRequest.newBuilder().setName("a").build();
      assertThat(leases(other).getLease(question).getLease().getHolder()).isEqualTo("me");
      assertThat(leases(other).listLeases(ListLeasesRequest.getDefaultInstance()).getLeasesList())
          .hasSize(1);
      var unused =
          leases(other)
              .release(ReleaseLeaseRequest.newBuilder().setLease(lease("a", token)).build());
      assertThat(node.revision()).isEqualTo(2);
      assertThat(other.leases.renewalsAsked).hasValue(0);
    }
  }

  @Test
  void aReadShowsWhatTheStoreAndTheDeskKnow() {
    ByteString metadata = utf8("pid 7");
    leases().acquire(acquire("a", "me").setMetadata(metadata).build());
    assertThat(shown("a").getRemainingMillis()).as("the desk does not know it").isEqualTo(10_000);
    node.leases.remaining.put(new LeaseRef("a", 1), 3_210L);
    var unused = node.facts().put(put("desired/bound").setLease(lease("a", 1)).build());
    assertThat(shown("a"))
        .isEqualTo(
            Lease.newBuilder()
                .setName("a")
                .setHolder("me")
                .setToken(1)
                .setTtlMillis(10_000)
                .setRemainingMillis(3_210)
                .setMetadata(metadata)
                .setBoundFacts(1)
                .build());
  }

  @Test
  void whereTheDeskKnowsNothingWhatIsLeftIsTheCheckpoint() {
    leases().acquire(acquire("a", "me").build());
    node.decide(
        new dev.stele.server.core.command.CheckpointLease(
            7, new LeaseRef("a", 1), OptionalLong.of(4_321)));
    assertThat(shown("a").getRemainingMillis()).isEqualTo(4_321);
  }

  @Test
  void aReadShowsWhoWaits() {
    leases().acquire(acquire("a", "me").build());
    node.leases.holdsWaits = true;
    CompletableFuture<Refused> waiting =
        CompletableFuture.supplyAsync(
            () -> Refused.by(() -> leases().acquire(acquire("a", "you").setWaitMillis(9).build())));
    await().until(() -> shown("a").getWaiters() == 1);
    node.leases.line.remove().turn().complete(node.leases.yours());
    assertThat(waiting.join().reason()).isEqualTo(Reason.LEASE_HELD);
    assertThat(shown("a").getWaiters()).isZero();
  }

  private ListLeasesResponse listed(String prefix, int limit, String after) {
    return leases()
        .listLeases(
            ListLeasesRequest.newBuilder()
                .setPrefix(prefix)
                .setLimit(limit)
                .setAfter(after)
                .build());
  }

  @Test
  void aListIsInTheOrderOfNamesAndGoesOnBehindOne() {
    for (String name : new String[] {"b/2", "a", "b/1", "c", "b/3"}) {
      leases().acquire(acquire(name, "me").build());
    }
    assertThat(listed("", 0, "").getLeasesList())
        .extracting(Lease::getName)
        .containsExactly("a", "b/1", "b/2", "b/3", "c");
    ListLeasesResponse page = listed("b/", 2, "");
    assertThat(page.getLeasesList()).extracting(Lease::getName).containsExactly("b/1", "b/2");
    assertThat(page.getMore()).isTrue();
    ListLeasesResponse rest = listed("b/", 2, "b/2");
    assertThat(rest.getLeasesList()).extracting(Lease::getName).containsExactly("b/3");
    assertThat(rest.getMore()).isFalse();
    assertThat(listed("a", 0, "c").getLeasesList()).isEmpty();
  }

  @Test
  void theFactOfALeaseIsShownAsItsMessage() throws IOException {
    leases().acquire(acquire("a", "me").build());
    LeaseHolding holding =
        LeaseHolding.parseFrom(node.facts().get(get("lease/a").build()).getFact().getBody());
    assertThat(holding.getHolder()).isEqualTo("me");
    assertThat(holding.getTtlMillis()).isEqualTo(10_000);
  }
}
