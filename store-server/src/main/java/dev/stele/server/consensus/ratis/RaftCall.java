// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.ratis;

import dev.stele.server.port.Network;
import dev.stele.server.port.Passage;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.ReadIndexRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.thirdparty.io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.ServerCallHandler;
import org.apache.ratis.thirdparty.io.grpc.Status;

/**
 * A Raft call on its way through a test's {@link Network}: messages that it does not deliver are
 * lost, steps of nodes that are paused wait. Its messages name who sent them, its headers do not.
 */
final class RaftCall<Q, A> extends ServerCall.Listener<Q> {
  private final Network network;
  private final String selfId;
  private final ServerCall<Q, A> call;
  private final Passage passage;
  private volatile Optional<String> sender = Optional.empty();
  private ServerCall.Listener<Q> listener = new ServerCall.Listener<>() {};

  RaftCall(Network network, String selfId, ServerCall<Q, A> call) {
    this.network = network;
    this.selfId = selfId;
    this.call = call;
    this.passage =
        new Passage(
            network,
            selfId,
            () -> sender,
            () ->
                call.close(
                    Status.UNAVAILABLE.withDescription("too much waits for a paused node"),
                    new Metadata()));
  }

  ServerCall.Listener<Q> begin(Metadata headers, ServerCallHandler<Q, A> next) {
    passage.arrive(() -> listener = next.startCall(new Answers(), headers));
    return this;
  }

  private static RaftRpcRequestProto addresses(Object message) {
    if (message instanceof AppendEntriesRequestProto append) {
      return append.getServerRequest();
    }
    if (message instanceof RequestVoteRequestProto vote) {
      return vote.getServerRequest();
    }
    if (message instanceof InstallSnapshotRequestProto install) {
      return install.getServerRequest();
    }
    if (message instanceof StartLeaderElectionRequestProto election) {
      return election.getServerRequest();
    }
    if (message instanceof ReadIndexRequestProto read) {
      return read.getServerRequest();
    }
    throw new IllegalStateException("a Raft message without a sender: " + message.getClass());
  }

  @Override
  public void onMessage(Q message) {
    String from = addresses(message).getRequestorId().toStringUtf8();
    sender = Optional.of(from);
    if (network.delivers(from, selfId)) {
      passage.arrive(() -> listener.onMessage(message));
    } else {
      // Whoever takes a message asks for the next one; without that the stream would stand still.
      call.request(1);
    }
  }

  @Override
  public void onHalfClose() {
    passage.arrive(() -> listener.onHalfClose());
  }

  @Override
  public void onCancel() {
    passage.arrive(() -> listener.onCancel());
  }

  @Override
  public void onComplete() {
    passage.arrive(() -> listener.onComplete());
  }

  @Override
  public void onReady() {
    passage.arrive(() -> listener.onReady());
  }

  /** What the node answers. */
  private final class Answers extends SimpleForwardingServerCall<Q, A> {
    /** gRPC would say so to whoever answers twice; a step that waited has nobody to be told. */
    private final AtomicBoolean ended = new AtomicBoolean();

    Answers() {
      super(call);
    }

    @Override
    public void sendHeaders(Metadata headers) {
      answer(() -> super.sendHeaders(headers));
    }

    @Override
    public void sendMessage(A message) {
      answer(() -> super.sendMessage(message));
    }

    @Override
    public void close(Status status, Metadata trailers) {
      if (ended.compareAndSet(false, true)) {
        passage.answer(() -> super.close(status, trailers));
      }
    }

    private void answer(Runnable step) {
      if (!ended.get()) {
        passage.answer(step);
      }
    }
  }
}
