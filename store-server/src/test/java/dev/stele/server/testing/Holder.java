// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.testing;

import dev.stele.proto.v1.KeepAliveRequest;
import dev.stele.proto.v1.KeepAliveResponse;
import dev.stele.proto.v1.LeaseRef;
import dev.stele.proto.v1.LeasesGrpc;
import dev.stele.proto.v1.Renewal;
import io.grpc.Context;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Renews one lease as a holder does: over a stream, at one node after the other until one of them
 * leads. A stream on which nothing comes for a while is given up.
 */
final class Holder implements AutoCloseable {
  private static final long EVERY_MILLIS = 200;
  private static final long SILENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(700);

  private final List<RawLeases> nodes;
  private final LeaseRef lease;
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final Map<Long, Long> sentNanos = new ConcurrentHashMap<>();
  private final AtomicLong renewals = new AtomicLong();
  private volatile long lastSentNanos = System.nanoTime();
  private volatile String lost = "";
  private int node;
  private long batch;
  private Stream stream;

  /** Begins at {@code node}. */
  Holder(List<RawLeases> nodes, int node, String name, long token) {
    this.nodes = nodes;
    this.node = node;
    this.lease = RawLeases.ref(name, token);
    ScheduledFuture<?> unused =
        timer.scheduleWithFixedDelay(this::renew, 0, EVERY_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Renewals that were acknowledged. */
  long renewals() {
    return renewals.get();
  }

  /** When the last one that was acknowledged was sent, by {@link System#nanoTime}. */
  long lastSentNanos() {
    return lastSentNanos;
  }

  /** Why the lease is lost; empty while it is not. */
  String lost() {
    return lost;
  }

  private void renew() {
    if (stream != null && stream.isGiven()) {
      stream.context.cancel(null);
      stream = null;
      node = (node + 1) % nodes.size();
    }
    if (stream == null) {
      stream = new Stream();
      stream.open();
    }
    sentNanos.put(++batch, System.nanoTime());
    stream.send(KeepAliveRequest.newBuilder().setBatch(batch).addLeases(lease).build());
  }

  @Override
  public void close() {
    timer.shutdownNow();
    try {
      timer.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (stream != null) {
      stream.context.cancel(null);
    }
  }

  private final class Stream implements StreamObserver<KeepAliveResponse> {
    private final Context.CancellableContext context = Context.current().withCancellation();
    private StreamObserver<KeepAliveRequest> requests;
    private volatile long heardNanos = System.nanoTime();
    private volatile boolean ended;

    void open() {
      context.run(() -> requests = LeasesGrpc.newStub(nodes.get(node).channel()).keepAlive(this));
    }

    void send(KeepAliveRequest request) {
      try {
        requests.onNext(request);
      } catch (IllegalStateException over) {
        // It ended since somebody looked.
        ended = true;
      }
    }

    boolean isGiven() {
      return ended || System.nanoTime() - heardNanos > SILENCE_NANOS;
    }

    @Override
    public void onNext(KeepAliveResponse response) {
      heardNanos = System.nanoTime();
      for (Renewal renewal : response.getRenewalsList()) {
        if (renewal.hasRenewedTtlMillis()) {
          lastSentNanos = sentNanos.get(response.getBatch());
          renewals.incrementAndGet();
        } else if (renewal.hasLost()) {
          lost = renewal.getLost();
        }
      }
    }

    @Override
    public void onError(Throwable thrown) {
      ended = true;
    }

    @Override
    public void onCompleted() {
      ended = true;
    }
  }
}
