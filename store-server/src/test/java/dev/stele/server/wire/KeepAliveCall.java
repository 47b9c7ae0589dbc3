// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.proto.v1.KeepAliveRequest;
import dev.stele.proto.v1.KeepAliveResponse;
import dev.stele.proto.v1.LeaseRef;
import dev.stele.proto.v1.LeasesGrpc;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** One stream of renewals, as a client of the generated stub has it. */
public final class KeepAliveCall implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 20;

  private final BlockingQueue<KeepAliveResponse> responses = new LinkedBlockingQueue<>();
  private final CompletableFuture<End> end = new CompletableFuture<>();
  private final boolean reads;
  private ClientCallStreamObserver<KeepAliveRequest> requests;

  /** How the call ended. */
  public record End(Status status, Metadata trailers) {}

  private KeepAliveCall(boolean reads) {
    this.reads = reads;
  }

  /** A stream whose responses are read as they come. */
  public static KeepAliveCall open(Channel channel) {
    return open(channel, true);
  }

  /** A stream of which nothing is read until {@link #readAll}. */
  public static KeepAliveCall openUnread(Channel channel) {
    return open(channel, false);
  }

  private static KeepAliveCall open(Channel channel, boolean reads) {
    KeepAliveCall call = new KeepAliveCall(reads);
    LeasesGrpc.newStub(channel).keepAlive(call.new Responses());
    return call;
  }

  public KeepAliveCall send(long batch, LeaseRef... leases) {
    return send(
        KeepAliveRequest.newBuilder().setBatch(batch).addAllLeases(List.of(leases)).build());
  }

  public KeepAliveCall send(KeepAliveRequest request) {
    requests.onNext(request);
    return this;
  }

  /** Lets all responses come. */
  public void readAll() {
    requests.request(Integer.MAX_VALUE);
  }

  /** The client has no more requests. */
  public void finish() {
    requests.onCompleted();
  }

  /** The next response. */
  public KeepAliveResponse next() {
    try {
      KeepAliveResponse response = responses.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      assertThat(response).as("a response in time; the call ended: %s", end.getNow(null)).isNotNull();
      return response;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  public boolean isOver() {
    return end.isDone();
  }

  /** How the call ended. */
  public End end() {
    return end.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
  }

  @Override
  public void close() {
    requests.cancel("the test is over", null);
  }

  private final class Responses
      implements ClientResponseObserver<KeepAliveRequest, KeepAliveResponse> {
    @Override
    public void beforeStart(ClientCallStreamObserver<KeepAliveRequest> stream) {
      requests = stream;
      if (!reads) {
        stream.disableAutoRequestWithInitial(0);
      }
    }

    @Override
    public void onNext(KeepAliveResponse response) {
      responses.add(response);
    }

    @Override
    public void onError(Throwable thrown) {
      Metadata trailers =
          thrown instanceof StatusRuntimeException failed && failed.getTrailers() != null
              ? failed.getTrailers()
              : new Metadata();
      end.complete(new End(Status.fromThrowable(thrown), trailers));
    }

    @Override
    public void onCompleted() {
      end.complete(new End(Status.OK, new Metadata()));
    }
  }
}
