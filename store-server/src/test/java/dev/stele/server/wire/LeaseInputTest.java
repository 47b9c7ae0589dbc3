// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire;

import static dev.stele.server.wire.LeasesTest.acquire;
import static dev.stele.server.wire.Requests.lease;
import static dev.stele.server.wire.Requests.zeros;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.google.protobuf.Message;
import dev.stele.proto.v1.AcquireLeaseRequest;
import dev.stele.proto.v1.GetLeaseRequest;
import dev.stele.proto.v1.HandOverLeaseRequest;
import dev.stele.proto.v1.LeasesGrpc;
import dev.stele.proto.v1.ListLeasesRequest;
import dev.stele.proto.v1.ReleaseLeaseRequest;
import dev.stele.proto.v1.RenewLeaseRequest;
import dev.stele.server.core.model.Limits;
import dev.stele.server.wire.parse.LeaseParser;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every wrong request about a lease names its field, and changes nothing (G9). */
final class LeaseInputTest {
  private static final String LONGEST_NAME = "n".repeat(Limits.NAME_MAX_BYTES);
  private static final String LONGEST_HOLDER = "h".repeat(Limits.LEASE_HOLDER_MAX_BYTES);
  private static TestNode node;

  @BeforeAll
  static void start() throws IOException {
    node = TestNode.formed("n1");
    var unused = send(acquire("held", "me").build());
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  private static Message send(Message request) {
    LeasesGrpc.LeasesBlockingStub leases = LeasesGrpc.newBlockingStub(node.channel());
    if (request instanceof AcquireLeaseRequest acquire) {
      return leases.acquire(acquire);
    } else if (request instanceof ReleaseLeaseRequest release) {
      return leases.release(release);
    } else if (request instanceof HandOverLeaseRequest handOver) {
      return leases.handOver(handOver);
    } else if (request instanceof RenewLeaseRequest renew) {
      return leases.renew(renew);
    } else if (request instanceof GetLeaseRequest get) {
      return leases.getLease(get);
    }
    return leases.listLeases((ListLeasesRequest) request);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"acquisitions", "holdings", "reads"})
  void isRefusedWithItsField(String what, Message.Builder request, String field) {
    Refused.forField(node, what, () -> send(request.build()), field);
  }

  static Stream<Arguments> acquisitions() {
    return Stream.of(
        arguments("a name of 481 bytes", acquire(LONGEST_NAME + "n", "me"), "name"),
        arguments("a name of a megabyte", acquire("n".repeat(1 << 20), "me"), "name"),
        arguments("a control character", acquire("a\nb", "me"), "name"),
        arguments("an empty segment", acquire("a//b", "me"), "name"),
        arguments("an empty last segment", acquire("a/", "me"), "name"),
        arguments("an empty first segment", acquire("/a", "me"), "name"),
        arguments("no holder", acquire("a", ""), "holder"),
        arguments("a holder of 257 bytes", acquire("a", LONGEST_HOLDER + "h"), "holder"),
        arguments("a holder of 129 times two bytes", acquire("a", "é".repeat(129)), "holder"),
        arguments("a holder with a control character", acquire("a", "me\u0000"), "holder"),
        arguments("no TTL", acquire("a", "me").clearTtlMillis(), "ttl_millis"),
        arguments("a TTL of 499 ms", acquire("a", "me").setTtlMillis(499), "ttl_millis"),
        arguments(
            "a TTL of a day and a millisecond",
            acquire("a", "me").setTtlMillis(86_400_001),
            "ttl_millis"),
        arguments("a TTL of 2^64-1", acquire("a", "me").setTtlMillis(-1), "ttl_millis"),
        arguments(
            "metadata of 1,025 bytes", acquire("a", "me").setMetadata(zeros(1025)), "metadata"),
        arguments(
            "a wait of more than a year",
            acquire("a", "me").setWaitMillis(LeaseParser.WAIT_MAX.toMillis() + 1),
            "wait_millis"),
        arguments("a wait of 2^64-1", acquire("a", "me").setWaitMillis(-1), "wait_millis"),
        arguments(
            "having waited for more than a year",
            acquire("a", "me").setWaitedMillis(LeaseParser.WAIT_MAX.toMillis() + 1),
            "waited_millis"),
        arguments(
            "a session's tag without an id",
            acquire("", "me").setHeader(headerWithoutId()),
            "header.session.id"));
  }

  private static dev.stele.proto.v1.RequestHeader headerWithoutId() {
    dev.stele.proto.v1.RequestHeader.Builder header = LeasesTest.tagged(1).toBuilder();
    header.getSessionBuilder().clearId();
    return header.build();
  }

  static Stream<Arguments> holdings() {
    return Stream.of(
        arguments("a release of nothing", ReleaseLeaseRequest.newBuilder(), "lease"),
        arguments(
            "a release without a name",
            ReleaseLeaseRequest.newBuilder().setLease(lease("", 1)),
            "lease.name"),
        arguments(
            "a release without a token",
            ReleaseLeaseRequest.newBuilder().setLease(lease("held", 0)),
            "lease.token"),
        arguments(
            "a hand-over of nothing", HandOverLeaseRequest.newBuilder().setTo("you"), "lease"),
        arguments(
            "a hand-over to nobody",
            HandOverLeaseRequest.newBuilder().setLease(lease("held", 1)),
            "to"),
        arguments(
            "a hand-over to somebody of 257 bytes",
            HandOverLeaseRequest.newBuilder()
                .setLease(lease("held", 1))
                .setTo(LONGEST_HOLDER + "h"),
            "to"),
        arguments(
            "a hand-over to the present holder",
            HandOverLeaseRequest.newBuilder().setLease(lease("held", 1)).setTo("me"),
            "to"),
        arguments("a renewal of nothing", RenewLeaseRequest.newBuilder(), "lease"),
        arguments(
            "a renewal with a token of 2^64-1",
            RenewLeaseRequest.newBuilder().setLease(lease("held", -1)),
            "lease.token"),
        arguments(
            "a renewal under a session",
            RenewLeaseRequest.newBuilder()
                .setHeader(LeasesTest.tagged(1))
                .setLease(lease("held", 1)),
            "header.session"));
  }

  static Stream<Arguments> reads() {
    return Stream.of(
        arguments("a question without a name", GetLeaseRequest.newBuilder(), "name"),
        arguments(
            "a question with an endless name",
            GetLeaseRequest.newBuilder().setName(LONGEST_NAME + "n"),
            "name"),
        arguments(
            "a prefix with an empty segment",
            ListLeasesRequest.newBuilder().setPrefix("a//"),
            "prefix"),
        arguments(
            "an endless prefix",
            ListLeasesRequest.newBuilder().setPrefix(LONGEST_NAME + "n"),
            "prefix"),
        arguments("a page of 1,001", ListLeasesRequest.newBuilder().setLimit(1_001), "limit"),
        arguments(
            "behind what is no name", ListLeasesRequest.newBuilder().setAfter("a/"), "after"));
  }

  @Test
  void theLongestAndTheLeastAreTaken() {
    var longest =
        send(
            acquire(LONGEST_NAME, LONGEST_HOLDER)
                .setTtlMillis(Limits.LEASE_MAX_TTL_MILLIS)
                .setMetadata(zeros(Limits.LEASE_METADATA_MAX_BYTES))
                .setWaitMillis(LeaseParser.WAIT_MAX.toMillis())
                .setWaitedMillis(LeaseParser.WAIT_MAX.toMillis())
                .build());
    var least = send(acquire("l", "h").setTtlMillis(Limits.LEASE_MIN_TTL_MILLIS).build());
    assertThat(longest).isNotEqualTo(least);
    assertThat(send(ListLeasesRequest.newBuilder().setLimit(1_000).setAfter("n").build()))
        .isNotNull();
  }
}
