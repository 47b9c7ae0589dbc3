// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.proto.v1.CancelWatch;
import dev.stele.proto.v1.CreateWatch;
import dev.stele.proto.v1.RequestProgress;
import dev.stele.proto.v1.WatchEvent;
import dev.stele.proto.v1.WatchGrpc;
import dev.stele.proto.v1.WatchRequest;
import dev.stele.proto.v1.WatchResponse;
import dev.stele.proto.v1.WatchSelector;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** One stream of watches, as a client of the generated stub has it. */
public final class WatchCall implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 20;

  private final BlockingQueue<WatchResponse> responses = new LinkedBlockingQueue<>();
  private final CompletableFuture<Status> end = new CompletableFuture<>();
  private final boolean reads;
  private ClientCallStreamObserver<WatchRequest> requests;

  private WatchCall(boolean reads) {
    this.reads = reads;
  }

  /** A stream whose responses are read as they come. */
  public static WatchCall open(Channel channel) {
    return open(channel, true);
  }

  /** A stream of which nothing is read until {@link #read}. */
  public static WatchCall openUnread(Channel channel) {
    return open(channel, false);
  }

  private static WatchCall open(Channel channel, boolean reads) {
    WatchCall call = new WatchCall(reads);
    WatchGrpc.newStub(channel).watch(call.new Responses());
    return call;
  }

  /** A request for keys below {@code prefix}; without a start it begins now. */
  public static CreateWatch.Builder create(long watchId, String prefix) {
    return CreateWatch.newBuilder()
        .setWatchId(watchId)
        .setSelector(WatchSelector.newBuilder().setPrefix(Requests.utf8(prefix)));
  }

  public WatchCall send(WatchRequest.Builder request) {
    requests.onNext(request.build());
    return this;
  }

  public WatchCall send(CreateWatch.Builder create) {
    return send(WatchRequest.newBuilder().setCreate(create));
  }

  public WatchCall cancel(long watchId) {
    return send(WatchRequest.newBuilder().setCancel(CancelWatch.newBuilder().setWatchId(watchId)));
  }

  public WatchCall askForMark(long watchId) {
    return send(
        WatchRequest.newBuilder().setProgress(RequestProgress.newBuilder().setWatchId(watchId)));
  }

  /** Lets so many more responses come. */
  public void read(int count) {
    requests.request(count);
  }

  /** The client has no more requests. */
  public void finish() {
    requests.onCompleted();
  }

  /** The next response. */
  public WatchResponse next() {
    try {
      WatchResponse response = responses.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      assertThat(response).as("a response in time; the call: %s", end).isNotNull();
      return response;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** The next response, which is of {@code watchId} and of this case. */
  public WatchResponse next(long watchId, WatchResponse.ResponseCase expected) {
    WatchResponse response = next();
    assertThat(response.getResponseCase()).as("%s", response).isEqualTo(expected);
    assertThat(response.getWatchId()).isEqualTo(watchId);
    return response;
  }

  /** The next {@code count} events of one watch that sends nothing else meanwhile. */
  public List<WatchEvent> events(long watchId, int count) {
    List<WatchEvent> events = new ArrayList<>();
    while (events.size() < count) {
      events.addAll(next(watchId, WatchResponse.ResponseCase.EVENTS).getEvents().getEventsList());
    }
    assertThat(events).hasSize(count);
    return events;
  }

  /** How the call ended. */
  public Status end() {
    return end.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
  }

  @Override
  public void close() {
    requests.cancel("the test is over", null);
  }

  private final class Responses implements ClientResponseObserver<WatchRequest, WatchResponse> {
    @Override
    public void beforeStart(ClientCallStreamObserver<WatchRequest> stream) {
      requests = stream;
      if (!reads) {
        stream.disableAutoRequestWithInitial(0);
      }
    }

    @Override
    public void onNext(WatchResponse response) {
      responses.add(response);
    }

    @Override
    public void onError(Throwable thrown) {
      end.complete(Status.fromThrowable(thrown));
    }

    @Override
    public void onCompleted() {
      end.complete(Status.OK);
    }
  }
}
