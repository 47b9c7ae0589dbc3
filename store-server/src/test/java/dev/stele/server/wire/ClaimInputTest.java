// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire;

import static dev.stele.server.wire.Requests.lease;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.google.protobuf.Message;
import dev.stele.proto.v1.ClaimsGrpc;
import dev.stele.proto.v1.DrainClaimRequest;
import dev.stele.proto.v1.LeaseRef;
import dev.stele.proto.v1.NextClaimRequest;
import dev.stele.proto.v1.ReleaseClaimRequest;
import dev.stele.proto.v1.TakeoverClaimRequest;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is wrong with a request about claims is refused with its field, and changes nothing. */
final class ClaimInputTest {
  private static final LeaseRef LEASE = lease("member/m", 1);
  private static TestNode node;

  @BeforeAll
  static void start() throws IOException {
    node = TestNode.formed("n1");
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  private static Message send(Message request) {
    ClaimsGrpc.ClaimsBlockingStub claims = ClaimsGrpc.newBlockingStub(node.channel());
    if (request instanceof NextClaimRequest next) {
      return claims.next(next);
    } else if (request instanceof TakeoverClaimRequest takeover) {
      return claims.takeover(takeover);
    } else if (request instanceof DrainClaimRequest drain) {
      return claims.drain(drain);
    }
    return claims.release((ReleaseClaimRequest) request);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"nexts", "takeovers", "drains", "releases"})
  void isRefusedWithItsField(String what, Message.Builder request, String field) {
    Refused.forField(node, what, () -> send(request.build()), field);
  }

  private static NextClaimRequest.Builder next() {
    return NextClaimRequest.newBuilder().setPool("p").setLease(LEASE);
  }

  private static TakeoverClaimRequest.Builder takeover() {
    return TakeoverClaimRequest.newBuilder().setClaim("claim/p/1").setEpoch(1).setLease(LEASE);
  }

  private static DrainClaimRequest.Builder drain() {
    return DrainClaimRequest.newBuilder().setClaim("claim/p/1").setDeadlineMillis(1_000);
  }

  private static ReleaseClaimRequest.Builder release() {
    return ReleaseClaimRequest.newBuilder().setClaim("claim/p/1").setEpoch(1).setLease(LEASE);
  }

  static Stream<Arguments> nexts() {
    return Stream.of(
        arguments("no pool", next().clearPool(), "pool"),
        arguments("a pool with an empty segment", next().setPool("p//q"), "pool"),
        arguments("an endless pool", next().setPool("p".repeat(481)), "pool"),
        arguments("next for nobody", next().clearLease(), "lease"),
        arguments("next without a name", next().setLease(lease("", 1)), "lease.name"),
        arguments("next without a token", next().setLease(lease("a", 0)), "lease.token"),
        arguments("a token of 2^64-1", next().setLease(lease("a", -1)), "lease.token"),
        arguments(
            "a tag without an id",
            next()
                .setHeader(
                    LeasesTest.tagged(1).toBuilder()
                        .setSession(LeasesTest.tagged(1).getSession().toBuilder().clearId())),
            "header.session.id"));
  }

  static Stream<Arguments> takeovers() {
    return Stream.of(
        arguments("a takeover of nothing", takeover().clearClaim(), "claim"),
        arguments("a takeover of a member", takeover().setClaim("member/m/1"), "claim"),
        arguments("a takeover of a pool", takeover().setClaim("claim/p"), "claim"),
        arguments("a takeover of no item", takeover().setClaim("claim/p/"), "claim"),
        arguments("an endless claim", takeover().setClaim("claim/p/" + "n".repeat(480)), "claim"),
        arguments("an epoch of 2^64-1", takeover().setEpoch(-1), "epoch"),
        arguments("a takeover for nobody", takeover().clearLease(), "lease"));
  }

  static Stream<Arguments> drains() {
    return Stream.of(
        arguments("a drain of nothing", drain().clearClaim(), "claim"),
        arguments("a drain at an epoch of 2^63", drain().setEpoch(Long.MIN_VALUE), "epoch"),
        arguments("a drain by now", drain().clearDeadlineMillis(), "deadline_millis"),
        arguments(
            "a drain of more than a day", drain().setDeadlineMillis(86_400_001), "deadline_millis"),
        arguments("a drain of 2^64-1", drain().setDeadlineMillis(-1), "deadline_millis"));
  }

  static Stream<Arguments> releases() {
    return Stream.of(
        arguments("a release of nothing", release().clearClaim(), "claim"),
        arguments("a release at 2^64-1", release().setEpoch(-1), "epoch"),
        arguments("a release by nobody", release().clearLease(), "lease"),
        arguments("a release without a token", release().setLease(lease("a", 0)), "lease.token"));
  }

  @Test
  void aDrainInThePastSaysSo() {
    Refused refused = Refused.by(() -> send(drain().clearDeadlineMillis().build()));
    assertThat(refused.status().getDescription())
        .contains("deadline_millis is 0: in the past, 1 to 86400000 are allowed");
  }
}
