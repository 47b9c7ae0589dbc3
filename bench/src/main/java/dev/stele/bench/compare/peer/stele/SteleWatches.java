// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.peer.stele;

import com.google.protobuf.ByteString;
import dev.stele.bench.compare.peer.Lanes;
import dev.stele.bench.compare.peer.Lanes.Lane;
import dev.stele.proto.v1.CancelWatch;
import dev.stele.proto.v1.CreateWatch;
import dev.stele.proto.v1.FactsGrpc.FactsStub;
import dev.stele.proto.v1.WatchEvent;
import dev.stele.proto.v1.WatchGrpc;
import dev.stele.proto.v1.WatchProblem;
import dev.stele.proto.v1.WatchRequest;
import dev.stele.proto.v1.WatchResponse;
import dev.stele.proto.v1.WatchSelector;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Watches by raw gRPC, shared out among one stream for each connection. They end with their stream:
 * the next ones are opened at the node that leads then.
 */
final class SteleWatches {
  private final Lanes<FactsStub> lanes;
  private final List<Stream> streams = new ArrayList<>();
  private long watches;

  SteleWatches(Lanes<FactsStub> lanes) {
    this.lanes = lanes;
  }

  AutoCloseable watch(String prefix, Consumer<byte[]> changes) {
    Stream stream;
    long id;
    synchronized (this) {
      if (streams.isEmpty() || streams.stream().anyMatch(each -> each.ended)) {
        streams.clear();
        lanes.all().forEach(lane -> streams.add(new Stream(lane)));
      }
      id = ++watches;
      stream = streams.get((int) (id % streams.size()));
    }
    stream.create(id, prefix, changes).join();
    return () -> stream.cancel(id);
  }

  private record Watcher(Consumer<byte[]> changes, CompletableFuture<Void> created) {}

  private static final class Stream implements StreamObserver<WatchResponse> {
    private final Map<Long, Watcher> watchers = new ConcurrentHashMap<>();
    private final StreamObserver<WatchRequest> requests;
    private volatile boolean ended;

    Stream(Lane<FactsStub> lane) {
      this.requests = WatchGrpc.newStub(lane.channel()).watch(this);
    }

    CompletableFuture<Void> create(long id, String prefix, Consumer<byte[]> changes) {
      Watcher watcher = new Watcher(changes, new CompletableFuture<>());
      watchers.put(id, watcher);
      ByteString keys = ByteString.copyFromUtf8(Documents.key(prefix));
      send(
          WatchRequest.newBuilder()
              .setCreate(
                  CreateWatch.newBuilder()
                      .setWatchId(id)
                      .setSelector(WatchSelector.newBuilder().setPrefix(keys))
                      .setNow(true)
                      .setWithoutDeletes(true))
              .build());
      return watcher.created;
    }

    void cancel(long id) {
      if (watchers.remove(id) != null && !ended) {
        send(WatchRequest.newBuilder().setCancel(CancelWatch.newBuilder().setWatchId(id)).build());
      }
    }

    private synchronized void send(WatchRequest request) {
      requests.onNext(request);
    }

    @Override
    public void onNext(WatchResponse response) {
      Watcher watcher = watchers.get(response.getWatchId());
      if (watcher == null) {
        return;
      }
      switch (response.getResponseCase()) {
        case CREATED -> watcher.created.complete(null);
        case EVENTS -> {
          for (WatchEvent event : response.getEvents().getEventsList()) {
            watcher.changes.accept(Documents.value(event.getFact().getBody().toByteArray()));
          }
        }
        case REFUSED -> refuse(watcher, response.getRefused().getProblem());
        case ENDED -> refuse(watcher, response.getEnded().getProblem());
        default -> {
          // Progress marks: that the store has nothing new.
        }
      }
    }

    private static void refuse(Watcher watcher, WatchProblem problem) {
      watcher.created.completeExceptionally(
          new IllegalStateException(problem.getReason() + ": " + problem.getMessage()));
    }

    @Override
    public void onError(Throwable failure) {
      ended = true;
      watchers.values().forEach(watcher -> watcher.created.completeExceptionally(failure));
    }

    @Override
    public void onCompleted() {
      onError(new IllegalStateException("the server ended the stream of watches"));
    }
  }
}
