// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire;

import static dev.stele.server.wire.Requests.get;
import static dev.stele.server.wire.Requests.history;
import static dev.stele.server.wire.Requests.list;
import static dev.stele.server.wire.Requests.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import dev.stele.proto.v1.AddressRange;
import dev.stele.proto.v1.Claim;
import dev.stele.proto.v1.Compare;
import dev.stele.proto.v1.Fact;
import dev.stele.proto.v1.KindPolicy;
import dev.stele.proto.v1.LeaseHolding;
import dev.stele.proto.v1.Member;
import dev.stele.proto.v1.NumberRange;
import dev.stele.proto.v1.Operation;
import dev.stele.proto.v1.Pool;
import dev.stele.proto.v1.PutRequest;
import dev.stele.proto.v1.SubnetRange;
import dev.stele.proto.v1.TxnRequest;
import dev.stele.server.core.command.AcquireLease;
import dev.stele.server.core.command.ReleaseLease;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.LeaseRef;
import dev.stele.server.core.model.Reason;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Bodies that the core keeps in its own form: callers see the messages of their kinds. */
final class CoreBodiesTest {
  private static final Member MEMBER =
      Member.newBuilder()
          .setAddress("h:1")
          .setIncarnation(Long.MAX_VALUE)
          .putCapacity("slots", 2)
          .putCapacity("cpuMillis", Long.MAX_VALUE)
          .setHealth(Member.Health.DEGRADED)
          .putLabels("zone", "é")
          .putLabels("rack", "")
          .build();
  private static final Claim CLAIM =
      Claim.newBuilder().setOwner("w").setEpoch(300).setState(Claim.State.DRAINING).build();

  private TestNode node;

  @BeforeEach
  void start() throws IOException {
    node = TestNode.formed("n1");
  }

  @AfterEach
  void stop() {
    node.close();
  }

  @Test
  void everyFieldOfAMemberAndAClaimIsReadBackWhicheverWay() throws Exception {
    assertReadsBack("member/m", MEMBER);
    assertReadsBack("claim/c", CLAIM);
    assertReadsBack("member/empty", Member.getDefaultInstance());
    assertReadsBack("claim/empty", Claim.getDefaultInstance());
  }

  private void assertReadsBack(String key, Message body) throws InvalidProtocolBufferException {
    node.facts().put(put(key, body));
    assertIs(body, fact(key));
    assertIs(body, node.facts().list(list(key).build()).getFacts(0));
    assertIs(body, node.facts().history(history(key).build()).getChanges(0).getFact());
    Operation read =
        Operation.newBuilder().setGet(Operation.Get.newBuilder().setKey(utf8(key))).build();
    assertIs(body, node.facts().txn(Requests.then(read).build()).getResults(0).getGet().getFact());
    assertThat(node.facts().list(list(key).setKeysOnly(true).build()).getFacts(0).getBody())
        .isEmpty();
  }

  private static void assertIs(Message body, Fact fact) throws InvalidProtocolBufferException {
    assertThat(body.getParserForType().parseFrom(fact.getBody())).isEqualTo(body);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "UNRECOGNIZED")
  void everyHealthIsReadBack(Member.Health health) throws Exception {
    Member member = Member.newBuilder().setHealth(health).build();
    node.facts().put(put("member/m", member));
    assertIs(member, fact("member/m"));
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "UNRECOGNIZED")
  void everyStateIsReadBack(Claim.State state) throws Exception {
    Claim claim = Claim.newBuilder().setState(state).build();
    node.facts().put(put("claim/c", claim));
    assertIs(claim, fact("claim/c"));
  }

  @Test
  void aCompareMatchesWhatWasReadWhateverTheOrderOfItsMaps() {
    node.facts().put(put("member/m", MEMBER));
    node.facts().put(put("claim/c", CLAIM));
    Member otherOrder =
        MEMBER.toBuilder()
            .clearCapacity()
            .putCapacity("cpuMillis", Long.MAX_VALUE)
            .putCapacity("slots", 2)
            .build();
    assertThat(matches("member/m", otherOrder.toByteString())).isTrue();
    assertThat(matches("member/m", fact("member/m").getBody())).isTrue();
    assertThat(matches("member/m", MEMBER.toBuilder().setIncarnation(1).build().toByteString()))
        .isFalse();
    assertThat(matches("claim/c", fact("claim/c").getBody())).isTrue();
    assertThat(matches("claim/c", ByteString.EMPTY)).isFalse();
  }

  static Stream<Pool> pools() {
    Pool limits =
        Pool.newBuilder()
            .setOnLoss(Pool.Loss.RETIRE)
            .setMaxOwned(Long.MAX_VALUE)
            .setMaxOwnedPerOwner(3)
            .build();
    return Stream.of(
        Pool.getDefaultInstance(),
        limits,
        limits.toBuilder()
            .setNumbers(NumberRange.newBuilder().setFirst(8_000).setLast(8_099))
            .build(),
        limits.toBuilder()
            .setAddresses(AddressRange.newBuilder().setFirst("10.0.0.10").setLast("10.0.1.9"))
            .build(),
        limits.toBuilder()
            .setAddresses(
                AddressRange.newBuilder().setFirst("255.255.255.255").setLast("255.255.255.255"))
            .build(),
        limits.toBuilder()
            .setSubnets(SubnetRange.newBuilder().setNetwork("10.0.0.0/16").setPrefixLength(24))
            .build());
  }

  @ParameterizedTest
  @MethodSource("pools")
  void everyPoolIsReadBackWhicheverWayAndMatchesWhatWasRead(Pool pool) throws Exception {
    assertReadsBack("pool/p", pool);
    assertThat(matches("pool/p", fact("pool/p").getBody())).isTrue();
    assertThat(matches("pool/p", pool.toBuilder().setMaxOwned(7).build().toByteString())).isFalse();
  }

  @Test
  void howLongADrainMayTakeIsReadBack() throws Exception {
    assertReadsBack("claim/c", CLAIM.toBuilder().setDrainMillis(1).build());
    assertReadsBack("claim/c", CLAIM.toBuilder().setDrainMillis(86_400_000).build());
  }

  private boolean matches(String key, ByteString body) {
    return node.facts()
        .txn(
            TxnRequest.newBuilder()
                .addCompares(Compare.newBuilder().setKey(utf8(key)).setBody(body))
                .build())
        .getSucceeded();
  }

  @Test
  void aLeaseIsReadAndComparedAsAMessageAndWrittenByNobody() throws Exception {
    node.decide(new AcquireLease("a", "h", 10_000, Bytes.utf8("m")));
    LeaseHolding holding =
        LeaseHolding.newBuilder()
            .setHolder("h")
            .setTtlMillis(10_000)
            .setMetadata(utf8("m"))
            .build();
    assertIs(holding, fact("lease/a"));
    assertThat(matches("lease/a", holding.toByteString())).isTrue();
    assertThat(matches("lease/a", LeaseHolding.getDefaultInstance().toByteString())).isFalse();
    for (PutRequest put : List.of(put("lease/a", holding), Requests.put("lease/b").build())) {
      Refused refused = Refused.by(() -> node.facts().put(put));
      assertThat(refused.reason()).isEqualTo(Reason.UNKNOWN_KIND);
      assertThat(refused.field()).isEqualTo("key");
    }
  }

  @Test
  void whatTheEndOfALeaseLeavesIsSeenInTheMessages() throws Exception {
    node.decide(new AcquireLease("a", "h", 10_000, Bytes.EMPTY));
    LeaseRef lease = new LeaseRef("a", node.revision());
    var bound = Requests.lease(lease.name(), lease.token());
    node.facts().put(put("member/m", MEMBER).toBuilder().setLease(bound).build());
    node.facts().put(put("claim/c", CLAIM).toBuilder().setLease(bound).build());
    assertThat(fact("claim/c").getLease()).isEqualTo(bound);
    node.decide(new ReleaseLease(lease));
    assertIs(MEMBER.toBuilder().setHealth(Member.Health.LOST).build(), fact("member/m"));
    assertIs(Claim.newBuilder().setEpoch(300).build(), fact("claim/c"));
    assertThat(fact("member/m").hasLease()).isFalse();
    assertThat(fact("claim/c").hasLease()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "claim,LEASE_LOSS_UNSPECIFIED,IDLE",
    "claim,RETIRE,RETIRE",
    "claim,IDLE,IDLE",
    "claim,DELETE,DELETE",
    "member,LEASE_LOSS_UNSPECIFIED,MARK_LOST",
    "member,MARK_LOST,MARK_LOST",
    "member,DELETE,DELETE",
    "desired,LEASE_LOSS_UNSPECIFIED,DELETE",
    "desired,DELETE,DELETE"
  })
  void whatAKindDoesWhenALeaseEndsIsReadBackAndCompared(
      String kind, KindPolicy.LeaseLoss set, KindPolicy.LeaseLoss read) throws Exception {
    String key = "kind/" + kind;
    node.facts().put(put(key, policy(set)));
    KindPolicy standing = KindPolicy.parseFrom(fact(key).getBody());
    assertThat(standing.getOnLeaseLoss()).isEqualTo(read);
    assertThat(matches(key, fact(key).getBody())).isTrue();
    assertThat(matches(key, policy(set).toByteString())).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"claim,MARK_LOST", "member,RETIRE", "member,IDLE", "config,MARK_LOST", "config,IDLE"})
  void whatAKindCannotDoIsRefusedWithItsField(String kind, KindPolicy.LeaseLoss loss) {
    Refused refused = Refused.by(() -> node.facts().put(put("kind/" + kind, policy(loss))));
    assertThat(refused.reason()).isEqualTo(Reason.INVALID_FIELD);
    assertThat(refused.field()).isEqualTo("body.on_lease_loss");
  }

  private static KindPolicy policy(KindPolicy.LeaseLoss loss) {
    return KindPolicy.newBuilder()
        .setBodyType(KindPolicy.BodyType.BUILT_IN)
        .setOnLeaseLoss(loss)
        .build();
  }

  private Fact fact(String key) {
    return node.facts().get(get(key).build()).getFact();
  }

  private static PutRequest put(String key, Message body) {
    return Requests.put(key).setBody(body.toByteString()).build();
  }
}
