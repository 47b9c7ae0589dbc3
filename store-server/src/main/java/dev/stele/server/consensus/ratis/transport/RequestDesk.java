// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.ratis.transport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto.AppendResult;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.MessageLite;
import org.apache.ratis.thirdparty.io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what other nodes ask to Ratis. Lives on the loop of {@link Loops#asked}.
 *
 * <p>An append of the leader that this node follows already goes to Ratis on the loop: it neither
 * waits for the disk nor for anything else there. All others may: the first of a term writes the
 * term, and may wait for an election of this node to end. They are handed over to a thread, and
 * those behind them wait, whoever sent them, because Ratis takes one append at a time.
 */
final class RequestDesk {
  /** Appends that wait while one of them blocks. Who brings one more loses its connection. */
  static final int MAX_WAITING = 1_024;

  private static final Logger LOG = LoggerFactory.getLogger(RequestDesk.class);

  private final TransportSetup setup;
  private final RaftServer server;
  private final RaftGroupId groupId;
  private final ByteString self;
  private final Loops loops;
  private final Deque<Append> waiting = new ArrayDeque<>();
  private RaftServer.@Nullable Division division;
  private CompletableFuture<Boolean> earlier = CompletableFuture.completedFuture(true);
  private boolean blocked;

  RequestDesk(TransportSetup setup, RaftServer server, RaftGroupId groupId, Loops loops) {
    this.setup = setup;
    this.server = server;
    this.groupId = groupId;
    this.self = ByteString.copyFromUtf8(setup.selfId());
    this.loops = loops;
  }

  private record Append(Caller caller, long call, AppendEntriesRequestProto request) {}

  private interface Work {
    MessageLite run() throws IOException;
  }

  /**
   * A request has come in, in a frame that its caller releases.
   *
   * @throws IOException when it is none that a node may make: then the connection is to be closed
   */
  void arrived(Caller caller, @Nullable FrameKind kind, long call, ByteBuf frame)
      throws IOException {
    switch (Objects.requireNonNullElse(kind, FrameKind.FAILURE)) {
      case APPEND -> {
        AppendEntriesRequestProto request =
            AppendEntriesRequestProto.parser().parseFrom(frame.nioBuffer());
        checkAddresses(caller, request.getServerRequest());
        caller.arrive(() -> append(new Append(caller, call, request)));
      }
      case VOTE -> {
        RequestVoteRequestProto request =
            RequestVoteRequestProto.parser().parseFrom(frame.nioBuffer());
        checkAddresses(caller, request.getServerRequest());
        caller.arrive(() -> work(caller, call, () -> server.requestVote(request)));
      }
      case ELECTION -> {
        StartLeaderElectionRequestProto request =
            StartLeaderElectionRequestProto.parser().parseFrom(frame.nioBuffer());
        checkAddresses(caller, request.getServerRequest());
        caller.arrive(() -> work(caller, call, () -> server.startLeaderElection(request)));
      }
      case INSTALL -> {
        InstallSnapshotRequestProto request =
            InstallSnapshotRequestProto.parser().parseFrom(frame.nioBuffer());
        checkAddresses(caller, request.getServerRequest());
        caller.arrive(() -> work(caller, call, () -> server.installSnapshot(request)));
      }
      default -> throw new IOException(kind + " is not for nodes to ask");
    }
  }

  /** A node speaks for itself, to this one, in this cluster. */
  private void checkAddresses(Caller caller, RaftRpcRequestProto request) throws IOException {
    if (!request.getRequestorId().toStringUtf8().equals(caller.node())
        || !request.getReplyId().equals(self)
        || !request.getRaftGroupId().getId().equals(groupId.toByteString())) {
      throw new IOException(caller.node() + " speaks for others, to others, or of another group");
    }
  }

  private void append(Append append) {
    if (!blocked && waiting.isEmpty() && isFollowed(append.request())) {
      serve(append);
    } else if (waiting.size() >= MAX_WAITING) {
      Io.close(append.caller().channel());
    } else {
      waiting.add(append);
      next();
    }
  }

  /** Whether Ratis has nothing to write, and nobody to wait for, before it takes this append. */
  private boolean isFollowed(AppendEntriesRequestProto request) {
    DivisionInfo info = division().getInfo();
    RaftPeerId leader = info.getLeaderId();
    return leader != null
        && info.isFollower()
        && info.getCurrentTerm() == request.getLeaderTerm()
        && request.getServerRequest().getRequestorId().equals(leader.toByteString());
  }

  private void next() {
    while (!blocked && !waiting.isEmpty()) {
      Append append = waiting.remove();
      if (isFollowed(append.request())) {
        serve(append);
        continue;
      }
      blocked = true;
      try {
        loops.block(
            () -> {
              serve(append);
              unblock();
            });
      } catch (RejectedExecutionException e) {
        blocked = false;
        append.caller().fail(append.call(), e);
      }
    }
  }

  private void unblock() {
    try {
      loops
          .asked()
          .execute(
              () -> {
                blocked = false;
                next();
              });
    } catch (RejectedExecutionException e) {
      // Closed: what waits is asked of nobody any more.
      LOG.atDebug().addKeyValue("node", setup.selfId()).log("closed while appends waited");
    }
  }

  /**
   * Ratis answers an append that it has had before at once, although what it had may not be on the
   * disk yet. So each waits for those before it.
   */
  private void serve(Append append) {
    try {
      CompletableFuture<AppendEntriesReplyProto> reply =
          server.appendEntriesAsync(append.request());
      if (append.request().getEntriesCount() > 0) {
        reply = reply.thenCombine(earlier, (own, before) -> own);
        earlier = reply.handle((own, failure) -> true);
      }
      CompletableFuture<AppendEntriesReplyProto> unusedReply =
          reply.whenComplete((own, failure) -> ended(append, own, failure));
    } catch (IOException | RuntimeException e) {
      append.caller().fail(append.call(), e);
    }
  }

  private void ended(
      Append append, @Nullable AppendEntriesReplyProto reply, @Nullable Throwable failure) {
    if (reply == null) {
      append.caller().fail(append.call(), unwrapped(failure));
      return;
    }
    boolean taken = reply.getResult() == AppendResult.SUCCESS;
    if (taken && reply.getMatchIndex() > division().getRaftLog().getFlushIndex()) {
      append.caller().fail(append.call(), new IOException("it is not on the disk"));
      return;
    }
    long term = taken ? append.request().getLeaderTerm() : 0;
    if (loops.asked().inEventLoop()) {
      // The disk may be needed before it is told.
      block(
          append.caller(), append.call(), () -> tell(append.caller(), append.call(), reply, term));
    } else {
      tell(append.caller(), append.call(), reply, term);
    }
  }

  private static Throwable unwrapped(@Nullable Throwable failure) {
    if (failure instanceof CompletionException wrapped && wrapped.getCause() != null) {
      return wrapped.getCause();
    }
    return failure == null ? new IOException("no reply") : failure;
  }

  private void work(Caller caller, long call, Work work) {
    block(
        caller,
        call,
        () -> {
          try {
            tell(caller, call, work.run(), 0);
          } catch (IOException | RuntimeException e) {
            caller.fail(call, e);
          }
        });
  }

  private void block(Caller caller, long call, Runnable step) {
    try {
      loops.block(step);
    } catch (RejectedExecutionException e) {
      caller.fail(call, e);
    }
  }

  private void tell(Caller caller, long call, MessageLite reply, long term) {
    try {
      setup.votes().beforeTelling(term);
    } catch (RuntimeException e) {
      caller.fail(call, e);
      return;
    }
    caller.answer(call, reply);
  }

  private RaftServer.Division division() {
    RaftServer.Division known = division;
    if (known == null) {
      try {
        known = server.getDivision(groupId);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      division = known;
    }
    return known;
  }
}
