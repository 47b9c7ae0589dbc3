// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.ratis.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.stele.server.port.Network;
import dev.stele.server.port.PeerIdentity;
import dev.stele.server.port.Ticker;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.ratis.proto.RaftProtos.RequestVoteReplyProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionReplyProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Node n1 of three follows n2, whose end of the connection is the test's; n3 is the third. */
final class LeaderLossTest {
  private static final String GROUP = UUID.randomUUID().toString();
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration ELECTION_TIMEOUT = Duration.ofMillis(600);

  /** All looks, all turns, and the answers of the others: longer than anybody thinks it over. */
  private static final Duration SECOND_THOUGHTS = ELECTION_TIMEOUT.multipliedBy(2);

  private final Queue<StartLeaderElectionRequestProto> elections = new ConcurrentLinkedQueue<>();
  private final AtomicInteger soundedOut = new AtomicInteger();
  private final List<AutoCloseable> open = new ArrayList<>();
  private volatile long lastOfN3 = 7;
  private volatile boolean inTheMiddleOfAChange;
  private String at1;
  private String at2;
  private String at3;

  @BeforeEach
  void findPorts() throws IOException {
    at1 = free();
    at2 = free();
    at3 = free();
  }

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  @Test
  void aLeaderWhoseProcessHasEndedIsFollowedByAnElection() throws Exception {
    start("n1", at1);
    start("n3", at3);
    leader().close();
    await().atMost(PATIENCE).until(() -> elections.size() == 1);
    StartLeaderElectionRequestProto called = elections.remove();
    assertThat(called.getServerRequest().getRequestorId().toStringUtf8()).isEqualTo("n2");
    assertThat(called.getLeaderLastEntry().getIndex()).isEqualTo(7);
    assertThat(soundedOut).hasValue(1);
  }

  @Test
  void aLeaderThatStillListensIsLookedAtSomeTimesAndLeftAlone() throws Exception {
    AtomicInteger looks = new AtomicInteger();
    ServerSocket door = listening(at2, looks);
    start("n1", at1);
    start("n3", at3);
    leader().close();
    await().atMost(PATIENCE).until(() -> looks.get() == LeaderLoss.LOOKS);
    nobodyCallsAnElection();
    assertThat(looks).hasValue(LeaderLoss.LOOKS);
    assertThat(door.isClosed()).isFalse();
  }

  @Test
  void aLeaderThatConnectsAgainIsLeftAlone() throws Exception {
    AtomicInteger looks = new AtomicInteger();
    listening(at2, looks);
    start("n1", at1);
    start("n3", at3);
    leader().close();
    await().atMost(PATIENCE).until(() -> looks.get() > 0);
    leader();
    nobodyCallsAnElection();
  }

  @Test
  void noElectionIsCalledThatNoMajorityAnswersTo() throws Exception {
    start("n1", at1);
    leader().close();
    nobodyCallsAnElection();
  }

  @Test
  void whoHasAnEarlierLogThanAnotherSurvivorCallsNoElection() throws Exception {
    lastOfN3 = 8;
    start("n1", at1);
    start("n3", at3);
    leader().close();
    await().atMost(PATIENCE).until(() -> soundedOut.get() == 1);
    nobodyCallsAnElection();
  }

  @Test
  void inTheMiddleOfAChangeOfTheVotersTheTimeoutsDecide() throws Exception {
    inTheMiddleOfAChange = true;
    start("n1", at1);
    start("n3", at3);
    leader().close();
    nobodyCallsAnElection();
    assertThat(soundedOut).hasValue(0);
  }

  private void nobodyCallsAnElection() {
    await()
        .during(SECOND_THOUGHTS)
        .atMost(SECOND_THOUGHTS.plus(PATIENCE))
        .until(elections::isEmpty);
  }

  /** A process that takes connections, and says nothing on them. */
  private ServerSocket listening(String at, AtomicInteger taken) throws IOException {
    HostPort address = HostPort.of(at);
    ServerSocket door = new ServerSocket(address.port(), 10, InetAddress.getLoopbackAddress());
    open.add(door);
    CompletableFuture<Void> unusedDoor =
        CompletableFuture.runAsync(
            () -> {
              try {
                while (true) {
                  door.accept().close();
                  taken.incrementAndGet();
                }
              } catch (SocketException closed) {
                assertThat(door.isClosed()).isTrue();
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });
    return door;
  }

  private RawPeer leader() throws IOException {
    RawPeer leader = RawPeer.connect(at1, new PeerIdentity("n2", "secret"), GROUP, "n1");
    open.add(leader);
    return leader;
  }

  private void start(String id, String listen) {
    TransportSetup setup =
        new TransportSetup(
            new PeerIdentity(id, "secret"),
            GROUP,
            listen,
            Network.REAL,
            term -> {},
            Ticker.SYSTEM,
            ELECTION_TIMEOUT,
            ELECTION_TIMEOUT.multipliedBy(2));
    Transport transport = new Transport(setup, server(id));
    open.add(transport);
    transport.addRaftPeers(peers());
    transport.start();
  }

  private List<RaftPeer> peers() {
    return List.of(peer("n1", at1), peer("n2", at2), peer("n3", at3));
  }

  private RaftServer server(String id) {
    RaftServer.Division division = division(id);
    return fake(
        RaftServer.class,
        (proxy, method, arguments) ->
            switch (method.getName()) {
              case "getId" -> RaftPeerId.valueOf(id);
              case "getDivision" -> division;
              case "requestVote" -> {
                assertThat(((RequestVoteRequestProto) arguments[0]).getPreVote()).isTrue();
                soundedOut.incrementAndGet();
                yield RequestVoteReplyProto.newBuilder()
                    .setTerm(3)
                    .setLastEntry(TermIndex.valueOf(3, lastOfN3).toProto())
                    .build();
              }
              case "startLeaderElection" -> {
                elections.add((StartLeaderElectionRequestProto) arguments[0]);
                yield StartLeaderElectionReplyProto.getDefaultInstance();
              }
              default -> throw new UnsupportedOperationException(method.getName());
            });
  }

  private RaftServer.Division division(String id) {
    DivisionInfo info =
        fake(
            DivisionInfo.class,
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "getLeaderId" -> RaftPeerId.valueOf("n2");
                  case "isFollower" -> id.equals("n1");
                  case "getCurrentTerm" -> 3L;
                  default -> throw new UnsupportedOperationException(method.getName());
                });
    RaftLog log = fake(RaftLog.class, (proxy, method, arguments) -> TermIndex.valueOf(3, 7));
    RaftConfiguration voters =
        fake(
            RaftConfiguration.class,
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "getCurrentPeers" -> peers();
                  case "getPreviousPeers" -> inTheMiddleOfAChange ? peers() : List.of();
                  default -> throw new UnsupportedOperationException(method.getName());
                });
    return fake(
        RaftServer.Division.class,
        (proxy, method, arguments) ->
            switch (method.getName()) {
              case "getInfo" -> info;
              case "getRaftLog" -> log;
              case "getRaftConf" -> voters;
              default -> throw new UnsupportedOperationException(method.getName());
            });
  }

  private static <T> T fake(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }

  private static RaftPeer peer(String id, String address) {
    return RaftPeer.newBuilder().setId(id).setAddress(address).build();
  }

  private static String free() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return "127.0.0.1:" + socket.getLocalPort();
    }
  }
}
