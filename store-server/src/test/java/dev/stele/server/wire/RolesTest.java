// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire;

import static dev.stele.server.wire.RawCall.headers;
import static dev.stele.server.wire.RawCall.peerHeaders;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.server.port.PeerIdentity;
import dev.stele.server.wire.peer.Role;
import dev.stele.server.wire.peer.Roles;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Walks every method that is served: each has a role, and strangers don't get at the peers' ones.
 */
final class RolesTest {
  private static final byte[] NOTHING = new byte[0];
  private static TestNode node;

  @BeforeAll
  static void start() throws IOException {
    node = TestNode.formed("n1");
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  static Stream<MethodDescriptor<?, ?>> served() {
    return node.server().services().stream()
        .flatMap(service -> service.getMethods().stream())
        .map(ServerMethodDefinition::getMethodDescriptor);
  }

  /** What a stranger might try. */
  private static List<Metadata> strangers() {
    return List.of(
        peerHeaders("n2", "guessed"),
        peerHeaders("n2", ""),
        peerHeaders("n2", TestNode.SECRET + "x"),
        headers(PeerIdentity.MEMBER_HEADER, "n2"),
        headers(PeerIdentity.SECRET_HEADER, TestNode.SECRET),
        headers("stele-forwarded", "n2"));
  }

  @Test
  void allServicesAreWalked() {
    assertThat(served().map(MethodDescriptor::getServiceName).distinct())
        .containsExactlyInAnyOrder(
            "stele.v1.Facts",
            "stele.v1.Pipeline",
            "stele.v1.Cluster",
            "stele.v1.Watch",
            "stele.v1.Leases",
            "stele.v1.Members",
            "stele.v1.Claims",
            "stele.v1.Maintenance",
            "stele.peer.v1.Peer",
            "grpc.health.v1.Health",
            "grpc.reflection.v1.ServerReflection");
  }

  @ParameterizedTest
  @MethodSource("served")
  void aMethodHasARoleAndRefusesWhoHasNot(MethodDescriptor<?, ?> method) {
    Role role = Roles.of(method.getFullMethodName()).orElseThrow();
    for (Metadata stranger : strangers()) {
      refusesUnauthenticated(method, stranger);
    }
    if (role == Role.PEER) {
      refusesUnauthenticated(method, new Metadata());
    } else {
      assertThat(RawCall.call(node.channel(), method, new Metadata(), NOTHING).status().getCode())
          .isNotIn(Status.Code.UNAUTHENTICATED, Status.Code.PERMISSION_DENIED);
    }
    assertThat(
            RawCall.call(node.channel(), method, peerHeaders("n2", TestNode.SECRET), NOTHING)
                .status()
                .getCode())
        .isNotIn(Status.Code.UNAUTHENTICATED, Status.Code.PERMISSION_DENIED);
  }

  private static void refusesUnauthenticated(MethodDescriptor<?, ?> method, Metadata headers) {
    RawCall.End end = RawCall.call(node.channel(), method, headers, NOTHING);
    assertThat(end.status().getCode())
        .as("%s with %s", method.getFullMethodName(), headers)
        .isEqualTo(Status.Code.UNAUTHENTICATED);
    assertThat(end.reason()).isEqualTo("UNAUTHENTICATED");
  }

  @Test
  void onlyThePeersServiceNeedsAPeer() {
    assertThat(
            served()
                .filter(method -> Roles.of(method.getFullMethodName()).orElseThrow() == Role.PEER)
                .map(MethodDescriptor::getServiceName)
                .distinct())
        .containsExactly("stele.peer.v1.Peer");
  }
}
