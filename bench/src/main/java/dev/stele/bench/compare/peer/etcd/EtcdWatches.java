// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.peer.etcd;

import com.google.protobuf.ByteString;
import dev.stele.bench.compare.peer.Lanes;
import dev.stele.bench.compare.peer.Lanes.Lane;
import io.etcd.jetcd.api.Event;
import io.etcd.jetcd.api.KVGrpc.KVStub;
import io.etcd.jetcd.api.WatchCancelRequest;
import io.etcd.jetcd.api.WatchCreateRequest;
import io.etcd.jetcd.api.WatchGrpc;
import io.etcd.jetcd.api.WatchRequest;
import io.etcd.jetcd.api.WatchResponse;
import io.grpc.stub.StreamObserver;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Watches, shared out among one stream for each connection. They end with their stream: the next
 * ones are opened at the node that leads then.
 */
final class EtcdWatches {
  private final Lanes<KVStub> lanes;
  private final List<Stream> streams = new ArrayList<>();
  private int turn;

  EtcdWatches(Lanes<KVStub> lanes) {
    this.lanes = lanes;
  }

  AutoCloseable watch(String prefix, Consumer<byte[]> changes) {
    Stream stream = next();
    long id = stream.create(ByteString.copyFromUtf8(prefix), changes).join();
    return () -> stream.cancel(id);
  }

  private synchronized Stream next() {
    if (streams.isEmpty() || streams.stream().anyMatch(Stream::hasEnded)) {
      streams.clear();
      lanes.all().forEach(lane -> streams.add(new Stream(lane)));
    }
    return streams.get(turn++ % streams.size());
  }

  private record Asked(Consumer<byte[]> changes, CompletableFuture<Long> id) {}

  /** etcd creates a stream's watches in the order of the requests, and names them. */
  private static final class Stream implements StreamObserver<WatchResponse> {
    private final StreamObserver<WatchRequest> requests;
    private final Queue<Asked> asked = new ArrayDeque<>();
    private final Map<Long, Consumer<byte[]>> watchers = new HashMap<>();
    private boolean ended;

    Stream(Lane<KVStub> lane) {
      this.requests = WatchGrpc.newStub(lane.channel()).watch(this);
    }

    synchronized boolean hasEnded() {
      return ended;
    }

    synchronized CompletableFuture<Long> create(ByteString prefix, Consumer<byte[]> changes) {
      Asked watch = new Asked(changes, new CompletableFuture<>());
      asked.add(watch);
      requests.onNext(
          WatchRequest.newBuilder()
              .setCreateRequest(
                  WatchCreateRequest.newBuilder().setKey(prefix).setRangeEnd(behind(prefix)))
              .build());
      return watch.id();
    }

    /** The first key behind all those that begin with {@code prefix}, which ends in a slash. */
    private static ByteString behind(ByteString prefix) {
      byte[] end = prefix.toByteArray();
      end[end.length - 1]++;
      return ByteString.copyFrom(end);
    }

    synchronized void cancel(long id) {
      if (watchers.remove(id) != null && !ended) {
        requests.onNext(
            WatchRequest.newBuilder()
                .setCancelRequest(WatchCancelRequest.newBuilder().setWatchId(id))
                .build());
      }
    }

    @Override
    public void onNext(WatchResponse response) {
      Consumer<byte[]> changes;
      synchronized (this) {
        if (response.getCreated()) {
          created(asked.remove(), response);
        }
        changes = watchers.get(response.getWatchId());
      }
      if (changes == null) {
        return;
      }
      for (Event event : response.getEventsList()) {
        if (event.getType() == Event.EventType.PUT) {
          changes.accept(event.getKv().getValue().toByteArray());
        }
      }
    }

    private void created(Asked watch, WatchResponse response) {
      if (response.getCanceled()) {
        watch.id.completeExceptionally(
            new IllegalStateException("etcd refused a watch: " + response.getCancelReason()));
      } else {
        watchers.put(response.getWatchId(), watch.changes);
        watch.id.complete(response.getWatchId());
      }
    }

    @Override
    public void onError(Throwable failure) {
      List<Asked> left;
      synchronized (this) {
        ended = true;
        left = new ArrayList<>(asked);
        asked.clear();
      }
      left.forEach(watch -> watch.id.completeExceptionally(failure));
    }

    @Override
    public void onCompleted() {
      onError(new IllegalStateException("etcd ended the stream of watches"));
    }
  }
}
