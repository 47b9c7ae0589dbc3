// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.ratis.transport;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotReplyProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteReplyProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionReplyProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.rpc.RpcType;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerRpc;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.MessageLite;
import org.apache.ratis.thirdparty.com.google.protobuf.Parser;
import org.apache.ratis.thirdparty.io.netty.channel.ChannelFuture;
import org.apache.ratis.thirdparty.io.netty.channel.ChannelInitializer;
import org.apache.ratis.thirdparty.io.netty.channel.socket.SocketChannel;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's end of all its connections to the others. Votes are asked for only once this node's vote
 * for itself is durable; a leader's appends need nothing more, because it asked for votes before,
 * or was synced when it became leader without asking anyone.
 */
final class Transport implements RaftServerRpc {
  private static final Logger LOG = LoggerFactory.getLogger(Transport.class);

  private final TransportSetup setup;
  private final RaftServer server;
  private final RaftGroupId groupId;
  private final Map<RaftPeerId, RaftPeer> peers = new ConcurrentHashMap<>();
  private final Map<RaftPeerId, RaftLink> links = new ConcurrentHashMap<>();
  private @Nullable Loops loops;
  private boolean closed;

  Transport(TransportSetup setup, RaftServer server) {
    this.setup = setup;
    this.server = server;
    this.groupId = RaftGroupId.valueOf(UUID.fromString(setup.group()));
  }

  /**
   * Listens.
   *
   * @throws UncheckedIOException when the address is taken. Ratis takes an {@link IOException} for
   *     one after which nothing needs to be closed.
   */
  @Override
  public synchronized void start() {
    if (closed) {
      throw new IllegalStateException("closed already");
    }
    Loops started = new Loops(setup.selfId());
    loops = started;
    Doorkeeper door = new Doorkeeper();
    RequestDesk desk = new RequestDesk(setup, server, groupId, started);
    LeaderLoss loss = new LeaderLoss(setup, this, server, groupId, door, started);
    ChannelFuture bound =
        started
            .server()
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    channel
                        .pipeline()
                        .addLast(new CalledHandshake(setup, door, desk, loss::disconnected));
                  }
                })
            .bind(HostPort.of(setup.listen()).resolve())
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new UncheckedIOException(
          new IOException("can't listen at " + setup.listen(), bound.cause()));
    }
  }

  /** Ends all connections and threads; blocks for some seconds at most. */
  @Override
  public void close() {
    Loops running;
    synchronized (this) {
      closed = true;
      running = loops;
      loops = null;
    }
    if (running != null) {
      links.values().forEach(RaftLink::close);
      running.close();
    }
  }

  /** Earlier addresses stand: those of the settings come before those of the log. */
  @Override
  public void addRaftPeers(Collection<RaftPeer> added) {
    added.forEach(peer -> peers.putIfAbsent(peer.getId(), peer));
  }

  /** The link to a peer; any thread. */
  synchronized RaftLink link(RaftPeerId id) throws IOException {
    Loops running = loops;
    RaftPeer peer = peers.get(id);
    if (running == null || peer == null) {
      throw new IOException(
          running == null ? "this node does not listen" : "node " + id + " is not known");
    }
    return links.computeIfAbsent(
        id, any -> new RaftLink(setup, id.toString(), HostPort.of(peer.getAddress()), running));
  }

  @Override
  public RequestVoteReplyProto requestVote(RequestVoteRequestProto request) throws IOException {
    setup.votes().beforeTelling(request.getCandidateTerm());
    return ask(
        request.getServerRequest().getReplyId(),
        FrameKind.VOTE,
        request,
        RequestVoteReplyProto.parser());
  }

  /**
   * Asks several peers how they would vote; binds nobody.
   *
   * @param nanos after which nothing more is waited for
   * @return the answers that have come by then
   */
  List<RequestVoteReplyProto> soundOut(List<RequestVoteRequestProto> questions, long nanos)
      throws InterruptedException {
    Map<RaftLink, CompletableFuture<RequestVoteReplyProto>> asked = new HashMap<>();
    for (RequestVoteRequestProto question : questions) {
      try {
        RaftLink link = link(RaftPeerId.valueOf(question.getServerRequest().getReplyId()));
        asked.put(link, link.ask(FrameKind.VOTE, question, RequestVoteReplyProto.parser()));
      } catch (IOException unknown) {
        LOG.atDebug().addKeyValue("node", setup.selfId()).setCause(unknown).log("not asked");
      }
    }
    CompletableFuture<Void> all =
        CompletableFuture.allOf(asked.values().toArray(CompletableFuture[]::new));
    try {
      all.get(nanos, TimeUnit.NANOSECONDS);
    } catch (ExecutionException | TimeoutException some) {
      LOG.atDebug().addKeyValue("node", setup.selfId()).setCause(some).log("not all answered");
    }
    List<RequestVoteReplyProto> answers = new ArrayList<>();
    asked.forEach(
        (link, answer) -> {
          if (!answer.isDone()) {
            link.giveUp(answer);
          } else if (!answer.isCompletedExceptionally()) {
            answers.add(answer.join());
          }
        });
    return answers;
  }

  /** Where a peer listens. */
  HostPort address(RaftPeerId id) throws IOException {
    RaftPeer peer = peers.get(id);
    if (peer == null) {
      throw new IOException("node " + id + " is not known");
    }
    return HostPort.of(peer.getAddress());
  }

  @Override
  public StartLeaderElectionReplyProto startLeaderElection(StartLeaderElectionRequestProto request)
      throws IOException {
    return ask(
        request.getServerRequest().getReplyId(),
        FrameKind.ELECTION,
        request,
        StartLeaderElectionReplyProto.parser());
  }

  @Override
  public InstallSnapshotReplyProto installSnapshot(InstallSnapshotRequestProto request)
      throws IOException {
    return ask(
        request.getServerRequest().getReplyId(),
        FrameKind.INSTALL,
        request,
        InstallSnapshotReplyProto.parser());
  }

  /** Appends go through {@link PipelinedAppender} alone. */
  @Override
  public AppendEntriesReplyProto appendEntries(AppendEntriesRequestProto request) {
    throw new UnsupportedOperationException("appends are pipelined");
  }

  private <M extends MessageLite> M ask(
      ByteString peer, FrameKind kind, MessageLite request, Parser<M> parser) throws IOException {
    RaftLink link = link(RaftPeerId.valueOf(peer));
    CompletableFuture<M> answer = link.ask(kind, request, parser);
    try {
      return answer.get(setup.askNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      InterruptedIOException interrupted = new InterruptedIOException(kind + " was given up");
      interrupted.initCause(e);
      throw interrupted;
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    } catch (TimeoutException e) {
      throw new IOException(peer.toStringUtf8() + " does not answer to " + kind, e);
    } finally {
      if (!answer.isDone()) {
        link.giveUp(answer);
      }
    }
  }

  /** Connections heal themselves. */
  @Override
  public void handleException(RaftPeerId peer, Exception e, boolean reconnect) {}

  @Override
  public InetSocketAddress getInetSocketAddress() {
    return HostPort.of(setup.listen()).resolve();
  }

  @Override
  public RpcType getRpcType() {
    return new TransportType();
  }
}
