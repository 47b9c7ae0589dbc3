// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.google.protobuf.Message;
import dev.stele.proto.v1.AddressRange;
import dev.stele.proto.v1.Claim;
import dev.stele.proto.v1.Endpoint;
import dev.stele.proto.v1.Failover;
import dev.stele.proto.v1.Member;
import dev.stele.proto.v1.NumberRange;
import dev.stele.proto.v1.Pool;
import dev.stele.proto.v1.SubnetRange;
import dev.stele.server.core.model.Reason;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies of members, endpoints, pools, claims and failovers that are put, and wrong. */
final class KindBodiesInputTest {
  private static final Endpoint ENDPOINT =
      Endpoint.newBuilder().setService("web").setAddress("10.0.0.7:80").build();
  private static final Failover FAILOVER =
      Failover.newBuilder().setClaim("claim/shards/7").setTo("b").build();
  private static TestNode node;

  @BeforeAll
  static void start() throws IOException {
    node = TestNode.formed("n1");
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  private static long put(String key, Message body) {
    return node.facts().put(Requests.put(key).setBody(body.toByteString()).build()).getRevision();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"pools", "others"})
  void isRefusedWithItsField(String what, String key, Message.Builder body, String field) {
    Refused.forField(node, what, () -> put(key, body.build()), field);
  }

  static Stream<Arguments> pools() {
    return Stream.of(
        pool("a loss that is not known", Pool.newBuilder().setOnLossValue(7), "on_loss"),
        pool("a gate of 2^64-1", Pool.newBuilder().setMaxOwned(-1), "max_owned"),
        pool(
            "an owner's gate of 2^63",
            Pool.newBuilder().setMaxOwnedPerOwner(Long.MIN_VALUE),
            "max_owned_per_owner"),
        pool("numbers backwards", numbers(8, 7), "numbers.last"),
        pool("65,537 numbers", numbers(0, 65_536), "numbers.last"),
        pool("a number of 2^64-1", numbers(0, -1), "numbers.last"),
        pool("a first address that is none", addresses("10.0.0", "10.0.0.2"), "addresses.first"),
        pool("a last address that is none", addresses("10.0.0.1", "10.0.0.256"), "addresses.last"),
        pool("an address of version 6", addresses("::1", "::2"), "addresses.first"),
        pool("addresses backwards", addresses("10.0.0.2", "10.0.0.1"), "addresses.last"),
        pool("65,537 addresses", addresses("10.0.0.0", "10.1.0.0"), "addresses.last"),
        pool("a network that is none", subnets("10.0.0.0", 24), "subnets.network"),
        pool("a network of 33 bits", subnets("10.0.0.0/33", 33), "subnets.network"),
        pool("a network without a length", subnets("10.0.0.0/", 24), "subnets.network"),
        pool("a network of nothing", subnets("", 24), "subnets.network"),
        pool("a length with a sign", subnets("10.0.0.0/+8", 24), "subnets.network"),
        pool("bits behind the prefix", subnets("10.0.0.1/16", 24), "subnets.network"),
        pool("items as great as nothing", subnets("10.0.0.0/16", 0), "subnets.prefix_length"),
        pool("items greater than all", subnets("10.0.0.0/16", 15), "subnets.prefix_length"),
        pool("items of 33 bits", subnets("10.0.0.0/16", 33), "subnets.prefix_length"),
        pool("131,072 items", subnets("10.0.0.0/8", 25), "subnets.prefix_length"));
  }

  private static Arguments pool(String what, Pool.Builder pool, String field) {
    return arguments(what, "pool/p", pool, "body." + field);
  }

  private static Pool.Builder numbers(long first, long last) {
    return Pool.newBuilder().setNumbers(NumberRange.newBuilder().setFirst(first).setLast(last));
  }

  private static Pool.Builder addresses(String first, String last) {
    return Pool.newBuilder().setAddresses(AddressRange.newBuilder().setFirst(first).setLast(last));
  }

  private static Pool.Builder subnets(String network, int prefixLength) {
    return Pool.newBuilder()
        .setSubnets(SubnetRange.newBuilder().setNetwork(network).setPrefixLength(prefixLength));
  }

  static Stream<Arguments> others() {
    return Stream.of(
        arguments(
            "an endpoint without an address",
            "endpoint/web/1",
            ENDPOINT.toBuilder().clearAddress(),
            "body.address"),
        arguments(
            "an endpoint without a port",
            "endpoint/web/1",
            ENDPOINT.toBuilder().setAddress("10.0.0.7"),
            "body.address"),
        arguments(
            "an endpoint without a service",
            "endpoint/web/1",
            ENDPOINT.toBuilder().clearService(),
            "body.service"),
        arguments(
            "an endpoint of another service",
            "endpoint/webs/1",
            ENDPOINT.toBuilder(),
            "body.service"),
        arguments(
            "an endpoint without an instance",
            "endpoint/web",
            ENDPOINT.toBuilder(),
            "body.service"),
        arguments(
            "a weight of 2^32-1",
            "endpoint/web/1",
            ENDPOINT.toBuilder().setWeight(-1),
            "body.weight"),
        arguments(
            "a member with an address without a port",
            "member/m",
            Member.newBuilder().setAddress("host"),
            "body.address"),
        arguments(
            "a failover of nothing", "failover/f", FAILOVER.toBuilder().clearClaim(), "body.claim"),
        arguments(
            "a failover of a member",
            "failover/f",
            FAILOVER.toBuilder().setClaim("member/m"),
            "body.claim"),
        arguments("a failover to nobody", "failover/f", FAILOVER.toBuilder().clearTo(), "body.to"),
        arguments(
            "a drain of an owned claim",
            "claim/c",
            Claim.newBuilder().setState(Claim.State.OWNED).setDrainMillis(5),
            "body.drain_millis"),
        arguments(
            "a drain of more than a day",
            "claim/c",
            Claim.newBuilder().setState(Claim.State.DRAINING).setDrainMillis(86_400_001),
            "body.drain_millis"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a:1",
        "host.example.com:65535",
        "host.example.com.:80",
        "under_score-1:80",
        "10.0.0.7:80",
        "255.255.255.255:80",
        "1a.2:80",
        "[::1]:80",
        "[fd00::7]:443",
        "[::ffff:10.0.0.1]:80",
        "[1:2:3:4:5:6:7:8]:80"
      })
  void anAddressIsAHostAndAPort(String address) {
    assertThat(put("endpoint/web/right", ENDPOINT.toBuilder().setAddress(address).build()))
        .isEqualTo(node.revision());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ":80",
        "host:",
        "host:0",
        "host:65536",
        "host:99999999999",
        "host:+80",
        "host: 80",
        "host:8o",
        "ho st:80",
        "host\n:80",
        "höst:80",
        "a..b:80",
        ".a:80",
        "256.0.0.1:80",
        "10.0.0:80",
        "1.2.3.4.5:80",
        "01.2.3.4:80",
        "::1:80",
        "[::1]",
        "[::1:80",
        "[10.0.0.1]:80",
        "[]:80",
        "[:::]:80",
        "[1:2:3:4:5:6:7:8:9]:80",
        "[fe80::1%eth0]:80",
        "http://host:80",
        "host:80/path",
        "user@host:80"
      })
  void anythingElseIsNoAddress(String address) {
    Refused refused =
        Refused.by(
            () -> put("endpoint/web/wrong", ENDPOINT.toBuilder().setAddress(address).build()));
    assertThat(refused.reason()).isEqualTo(Reason.INVALID_FIELD);
    assertThat(refused.field()).isEqualTo("body.address");
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 513})
  void anAddressHas512BytesAtMost(int bytes) {
    String address = "h".repeat(bytes - 3) + ":80";
    Endpoint endpoint = ENDPOINT.toBuilder().setAddress(address).build();
    if (bytes == 512) {
      assertThat(put("endpoint/web/long", endpoint)).isEqualTo(node.revision());
    } else {
      assertThat(Refused.by(() -> put("endpoint/web/long", endpoint)).field())
          .isEqualTo("body.address");
    }
  }
}
