// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.watch;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.stele.proto.v1.ConfigDocument;
import dev.stele.proto.v1.CreateWatch;
import dev.stele.proto.v1.Fact;
import dev.stele.proto.v1.WatchEvent;
import dev.stele.proto.v1.WatchGrpc;
import dev.stele.proto.v1.WatchProblem;
import dev.stele.proto.v1.WatchRequest;
import dev.stele.proto.v1.WatchResponse;
import dev.stele.proto.v1.WatchSelector;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Watches of one node over gRPC, with nothing in between. */
public final class GrpcFeed implements EventFeed {
  /** Responses that may be on their way to a stream which takes them. */
  private static final int IN_ADVANCE = 64;

  private static final int EVENT_LOOPS = 2;
  private static final int MAX_MESSAGE_BYTES = 8 << 20;
  private static final long CLOSE_SECONDS = 5;

  private final String endpoint;
  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(EVENT_LOOPS, NioIoHandler.newFactory());

  /**
   * Connects to nothing yet.
   *
   * @param endpoint {@code host:port} of the node
   */
  public GrpcFeed(String endpoint) {
    this.endpoint = endpoint;
  }

  @Override
  public Stream open(Sink sink) {
    return new GrpcStream(sink);
  }

  @Override
  public void close() {
    var unused =
        loops.shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  private final class GrpcStream extends ClientCall.Listener<WatchResponse> implements Stream {
    private final Sink sink;
    private final ManagedChannel channel =
        NettyChannelBuilder.forTarget(endpoint)
            .usePlaintext()
            .eventLoopGroup(loops)
            .channelType(NioSocketChannel.class)
            .directExecutor()
            .maxInboundMessageSize(MAX_MESSAGE_BYTES)
            .build();
    private final ClientCall<WatchRequest, WatchResponse> call =
        channel.newCall(WatchGrpc.getWatchMethod(), CallOptions.DEFAULT);
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile boolean stalled;

    GrpcStream(Sink sink) {
      this.sink = sink;
      call.start(this, new Metadata());
      call.request(IN_ADVANCE);
    }

    @Override
    public synchronized void watch(int id, Selection selection, long fromRevision) {
      CreateWatch.Builder create =
          CreateWatch.newBuilder().setWatchId(1 + id).setSelector(selector(selection));
      if (fromRevision == 0) {
        create.setNow(true);
      } else {
        create.setFromRevision(fromRevision);
      }
      call.sendMessage(WatchRequest.newBuilder().setCreate(create).build());
    }

    private static WatchSelector selector(Selection selection) {
      ByteString from = ByteString.copyFromUtf8(selection.from());
      WatchSelector.Builder selector = WatchSelector.newBuilder();
      if (selection.whole()) {
        return selector.setPrefix(from).build();
      }
      selector.getRangeBuilder().setFrom(from).setTo(from.concat(ByteString.copyFrom(new byte[1])));
      return selector.build();
    }

    @Override
    public void stall() {
      stalled = true;
    }

    @Override
    public void goOn() {
      stalled = false;
      call.request(IN_ADVANCE);
    }

    @Override
    public void onMessage(WatchResponse response) {
      int id = (int) response.getWatchId() - 1;
      switch (response.getResponseCase()) {
        case CREATED -> sink.created(id);
        case EVENTS -> response.getEvents().getEventsList().forEach(event -> event(id, event));
        case REFUSED -> sink.ended(id, text(response.getRefused().getProblem()));
        case ENDED -> sink.ended(id, text(response.getEnded().getProblem()));
        default -> {
          // Progress marks: that the store has nothing new.
        }
      }
      if (!stalled) {
        call.request(1);
      }
    }

    private void event(int id, WatchEvent event) {
      if (event.getType() != WatchEvent.Type.PUT) {
        return;
      }
      Fact fact = event.getFact();
      try {
        ByteString value = ConfigDocument.parseFrom(fact.getBody()).getDocument();
        sink.written(id, fact.getModRevision(), value.asReadOnlyByteBuffer());
      } catch (InvalidProtocolBufferException foreign) {
        sink.ended(id, fact.getKey().toStringUtf8() + " holds no document: " + foreign);
      }
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      if (!closed.get()) {
        sink.ended(-1, status.toString());
      }
    }

    @Override
    public void close() {
      if (closed.compareAndSet(false, true)) {
        call.cancel("the run is over", null);
        channel.shutdownNow();
      }
    }
  }

  private static String text(WatchProblem problem) {
    return problem.getReason() + ": " + problem.getMessage();
  }
}
