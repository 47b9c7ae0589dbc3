// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.ratis.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.stele.server.port.Network;
import dev.stele.server.port.PeerIdentity;
import dev.stele.server.port.Ticker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto.AppendResult;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftGroupIdProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteReplyProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two nodes' ends of the transport, and strangers at the door of one. */
final class TransportTest {
  private static final String GROUP = UUID.randomUUID().toString();
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final AtomicInteger votes = new AtomicInteger();
  private final List<Transport> open = new ArrayList<>();
  private final List<RawPeer> peers = new ArrayList<>();
  private String at1;
  private String at2;
  private volatile boolean durable = true;
  private final Queue<CompletableFuture<AppendEntriesReplyProto>> appends =
      new ConcurrentLinkedQueue<>();
  private volatile long flushed;

  @BeforeEach
  void findPorts() throws IOException {
    at1 = free();
    at2 = free();
  }

  @AfterEach
  void closeAll() throws IOException {
    for (RawPeer peer : peers) {
      peer.close();
    }
    open.forEach(Transport::close);
  }

  @Test
  void aNodeAsksAnotherOne() throws Exception {
    Transport n1 = started("n1", "secret", at1);
    started("n2", "secret", at2);

    assertThat(n1.requestVote(vote("n1", "n2", 7)).getTerm()).isEqualTo(7);
    assertThat(n1.requestVote(vote("n1", "n2", 8)).getTerm()).isEqualTo(8);
  }

  @Test
  void aNodeThatCameBackIsAskedAgain() throws Exception {
    Transport n1 = started("n1", "secret", at1);
    Transport n2 = started("n2", "secret", at2);
    assertThat(n1.requestVote(vote("n1", "n2", 7)).getTerm()).isEqualTo(7);
    n2.close();
    assertThatThrownBy(() -> n1.requestVote(vote("n1", "n2", 8))).isInstanceOf(IOException.class);

    started("n2", "secret", at2);

    await()
        .atMost(PATIENCE)
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(() -> n1.requestVote(vote("n1", "n2", 9)).getTerm() == 9);
  }

  @Test
  void aNodeWithAnotherSecretIsNeitherHeardNorAsked() throws Exception {
    Transport n1 = started("n1", "secret", at1);
    started("n2", "other", at2);

    assertThatThrownBy(() -> n1.requestVote(vote("n1", "n2", 7))).isInstanceOf(IOException.class);
    assertThat(votes).hasValue(0);
  }

  @Test
  void whoAnswersMustProveTheSecretToo() throws Exception {
    Transport n1 = started("n1", "secret", at1);
    HostPort address = HostPort.of(at2);
    try (ServerSocket pretender = new ServerSocket()) {
      pretender.bind(address.resolve());
      Thread asking =
          new Thread(
              () -> {
                try {
                  n1.requestVote(vote("n1", "n2", 7));
                } catch (IOException e) {
                  votes.addAndGet(100);
                }
              });
      asking.start();
      try (RawPeer caller = new RawPeer(pretender.accept())) {
        caller.write(FrameKind.CHALLENGE, 0, Greeting.challenge(Greeting.nonce()));
        assertThat(caller.read().kind()).isEqualTo(FrameKind.CLAIM);
        caller.write(FrameKind.WELCOME, 0, new byte[32]);
        assertThat(caller.isEnded()).isTrue();
      }
      asking.join(PATIENCE.toMillis());
      assertThat(votes).hasValue(100);
    }
  }

  @Test
  void aStrangerWhoSpeaksAnotherProtocolIsPutOut() throws Exception {
    started("n1", "secret", at1);
    RawPeer stranger = stranger();
    stranger.writeLength(
        ByteString.copyFrom("PRI ", StandardCharsets.US_ASCII).asReadOnlyByteBuffer().getInt());
    assertThat(stranger.isEnded()).isTrue();
  }

  @Test
  void aStrangerWhoAsksIsPutOut() throws Exception {
    started("n1", "secret", at1);
    RawPeer stranger = stranger();
    stranger.write(FrameKind.VOTE, 0, vote("n2", "n1", 7).toByteArray());
    assertThat(stranger.isEnded()).isTrue();
    assertThat(votes).hasValue(0);
  }

  @Test
  void aStrangerWhoSaysNothingIsPutOutInTheEnd() throws Exception {
    started("n1", "secret", at1);
    assertThat(stranger().isEnded()).isTrue();
  }

  @Test
  void aNodeMayAskOnlyWhatNodesAsk() throws Exception {
    started("n1", "secret", at1);
    for (FrameKind kind : List.of(FrameKind.CLAIM, FrameKind.ANSWER, FrameKind.FAILURE)) {
      RawPeer node = node("n2");
      node.write(kind, 0, vote("n2", "n1", 7).toByteArray());
      assertThat(node.isEnded()).as("%s", kind).isTrue();
    }
    assertThat(votes).hasValue(0);
  }

  @Test
  void aNodeSpeaksForItselfToThisOneInThisGroup() throws Exception {
    started("n1", "secret", at1);
    RequestVoteRequestProto right = vote("n2", "n1", 7);
    RaftGroupIdProto other =
        RaftGroupIdProto.newBuilder().setId(RaftGroupId.randomId().toByteString()).build();
    for (RequestVoteRequestProto wrong :
        List.of(
            vote("n3", "n1", 7),
            vote("n2", "n3", 7),
            right.toBuilder()
                .setServerRequest(right.getServerRequest().toBuilder().setRaftGroupId(other))
                .build())) {
      RawPeer node = node("n2");
      node.write(FrameKind.VOTE, 0, wrong.toByteArray());
      assertThat(node.isEnded()).isTrue();
    }
    assertThat(votes).hasValue(0);
    assertThat(node("n2").askForVote(right, RequestVoteReplyProto.parser()).getTerm()).isEqualTo(7);
  }

  @Test
  void whatCanNotBeReadEndsTheConnection() throws Exception {
    started("n1", "secret", at1);
    RawPeer node = node("n2");
    node.write(FrameKind.VOTE, 0, new byte[] {-1, -1, -1});
    assertThat(node.isEnded()).isTrue();
  }

  @Test
  void nothingIsToldThatIsNotDurable() throws Exception {
    Transport n1 = started("n1", "secret", at1);
    started("n2", "secret", at2);
    durable = false;
    assertThatThrownBy(() -> n1.requestVote(vote("n1", "n2", 7)))
        .isInstanceOf(IllegalStateException.class);
    assertThat(votes).hasValue(0);
    RawPeer node = node("n3");
    assertThatThrownBy(() -> node.askForVote(vote("n3", "n1", 7), RequestVoteReplyProto.parser()))
        .isInstanceOf(RawPeer.NotAnswered.class)
        .hasMessageContaining("not durable");
  }

  @Test
  void anAppendThatIsRepeatedIsAnsweredNoSoonerThanTheFirst() throws Exception {
    CompletableFuture<AppendEntriesReplyProto> first = new CompletableFuture<>();
    appends.add(first);
    appends.add(CompletableFuture.completedFuture(taken(5)));
    flushed = 5;
    started("n1", "secret", at1);
    RawPeer leader = node("n2");
    leader.append(append(5));
    leader.append(append(5));
    await().atMost(PATIENCE).until(appends::isEmpty);
    CompletableFuture<AppendEntriesReplyProto> answer =
        CompletableFuture.supplyAsync(() -> answer(leader));
    assertThatThrownBy(() -> answer.get(300, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);

    first.complete(taken(5));

    assertThat(answer.get(20, TimeUnit.SECONDS).getMatchIndex()).isEqualTo(5);
    assertThat(answer(leader).getMatchIndex()).isEqualTo(5);
  }

  @Test
  void anAppendThatIsNotOnTheDiskIsNotTaken() throws Exception {
    appends.add(CompletableFuture.completedFuture(taken(5)));
    flushed = 4;
    started("n1", "secret", at1);
    RawPeer leader = node("n2");
    leader.append(append(5));
    assertThatThrownBy(() -> answer(leader))
        .hasCauseInstanceOf(RawPeer.NotAnswered.class)
        .hasMessageContaining("not on the disk");
  }

  private static AppendEntriesReplyProto answer(RawPeer leader) {
    try {
      return leader.readAnswer(AppendEntriesReplyProto.parser());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aTransportThatIsClosedLeavesNoThreads() throws Exception {
    Transport n1 = started("n1", "secret", at1);
    started("n2", "secret", at2);
    n1.requestVote(vote("n1", "n2", 7));
    assertThat(threads()).isNotEmpty();

    open.forEach(Transport::close);

    await().atMost(PATIENCE).untilAsserted(() -> assertThat(threads()).isEmpty());
  }

  @Test
  void aTakenPortIsAnError() throws Exception {
    started("n1", "secret", at1);
    assertThatThrownBy(() -> started("n2", "secret", at1))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining(at1);
  }

  private static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(Thread::isAlive)
        .map(Thread::getName)
        .filter(name -> name.startsWith("stele-raft-"))
        .toList();
  }

  private RawPeer stranger() throws IOException {
    RawPeer stranger = RawPeer.open(at1);
    peers.add(stranger);
    assertThat(stranger.read().kind()).isEqualTo(FrameKind.CHALLENGE);
    return stranger;
  }

  private RawPeer node(String id) throws IOException {
    RawPeer node = RawPeer.connect(at1, new PeerIdentity(id, "secret"), GROUP, "n1");
    peers.add(node);
    return node;
  }

  private Transport started(String id, String secret, String listen) throws IOException {
    TransportSetup setup =
        new TransportSetup(
            new PeerIdentity(id, secret),
            GROUP,
            listen,
            Network.REAL,
            term -> {
              if (!durable) {
                throw new IllegalStateException("not durable");
              }
            },
            Ticker.SYSTEM,
            Duration.ofMillis(300),
            Duration.ofMillis(600));
    Transport transport = new Transport(setup, server());
    open.add(transport);
    transport.addRaftPeers(List.of(peer("n1", at1), peer("n2", at2)));
    transport.start();
    return transport;
  }

  /** A Ratis that votes for whoever asks, follows n2 in term 1, and appends when it is told. */
  private RaftServer server() {
    DivisionInfo info =
        fake(
            DivisionInfo.class,
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "getLeaderId" -> RaftPeerId.valueOf("n2");
                  case "isFollower" -> true;
                  case "getCurrentTerm" -> 1L;
                  default -> throw new UnsupportedOperationException(method.getName());
                });
    RaftLog log = fake(RaftLog.class, (proxy, method, arguments) -> flushed);
    RaftServer.Division division =
        fake(
            RaftServer.Division.class,
            (proxy, method, arguments) -> method.getName().equals("getInfo") ? info : log);
    return fake(
        RaftServer.class,
        (proxy, method, arguments) ->
            switch (method.getName()) {
              case "requestVote" -> {
                votes.incrementAndGet();
                RequestVoteRequestProto asked = (RequestVoteRequestProto) arguments[0];
                yield RequestVoteReplyProto.newBuilder().setTerm(asked.getCandidateTerm()).build();
              }
              case "getDivision" -> division;
              case "appendEntriesAsync" -> appends.remove();
              default -> throw new UnsupportedOperationException(method.getName());
            });
  }

  private static <T> T fake(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }

  private static AppendEntriesRequestProto append(long index) {
    return AppendEntriesRequestProto.newBuilder()
        .setServerRequest(vote("n2", "n1", 1).getServerRequest())
        .setLeaderTerm(1)
        .addEntries(LogEntryProto.newBuilder().setTerm(1).setIndex(index))
        .build();
  }

  private static AppendEntriesReplyProto taken(long index) {
    return AppendEntriesReplyProto.newBuilder()
        .setResult(AppendResult.SUCCESS)
        .setMatchIndex(index)
        .build();
  }

  private static RaftPeer peer(String id, String address) {
    return RaftPeer.newBuilder().setId(id).setAddress(address).build();
  }

  private static RequestVoteRequestProto vote(String from, String to, long term) {
    return RequestVoteRequestProto.newBuilder()
        .setServerRequest(
            RaftRpcRequestProto.newBuilder()
                .setRequestorId(ByteString.copyFromUtf8(from))
                .setReplyId(ByteString.copyFromUtf8(to))
                .setRaftGroupId(
                    RaftGroupIdProto.newBuilder()
                        .setId(RaftGroupId.valueOf(UUID.fromString(GROUP)).toByteString())))
        .setCandidateTerm(term)
        .build();
  }

  private static String free() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return "127.0.0.1:" + socket.getLocalPort();
    }
  }
}
