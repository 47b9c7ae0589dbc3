// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.lease;

import dev.stele.client.error.WrongEpochException;
import dev.stele.client.internal.facts.Requests;
import dev.stele.client.internal.failure.Failure;
import dev.stele.client.internal.failure.FailureReader;
import dev.stele.client.internal.history.History;
import dev.stele.client.internal.link.EndpointLink;
import dev.stele.proto.v1.KeepAliveRequest;
import dev.stele.proto.v1.KeepAliveResponse;
import dev.stele.proto.v1.LeasesGrpc;
import dev.stele.proto.v1.RequestHeader;
import dev.stele.proto.v1.ResponseHeader;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One call to one node. All of it runs in the keeper's context, except the listener's methods,
 * which only hand over to it.
 *
 * <p>A batch is remembered with the moment before it was sent until all of it is answered: an
 * answer counts from that moment, and one that belongs to no batch counts for nothing.
 */
final class KeepAliveStream extends ClientCall.Listener<KeepAliveResponse> {
  /** Batches whose answers are waited for; of older ones they are not heeded any more. */
  static final int MAX_UNANSWERED = 1_024;

  /** A node is silent when nothing was heard for this part of the shortest TTL, within bounds. */
  static final int PATIENCE_PART = 6;

  static final long MIN_PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  static final long MAX_PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** A node that has nothing to do any more should end the call by itself within this. */
  private static final long GOODBYE_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** Messages asked for ahead. */
  private static final int AHEAD = 64;

  private final Connection connection;
  private final EndpointLink link;
  private final History.Known sentUnder;
  private final ClientCall<KeepAliveRequest, KeepAliveResponse> call;
  private final Map<Long, Batch> unanswered = new LinkedHashMap<>();
  private @Nullable RequestHeader sentHeader;
  private long lastBatch;
  private long heardNanos;

  private static final class Batch {
    private final long sentNanos;
    private int open;

    Batch(long sentNanos, int open) {
      this.sentNanos = sentNanos;
      this.open = open;
    }
  }

  KeepAliveStream(Connection connection, EndpointLink link) {
    this.connection = connection;
    this.link = link;
    this.sentUnder = connection.history().known();
    this.call = link.newCall(LeasesGrpc.getKeepAliveMethod(), CallOptions.DEFAULT);
  }

  EndpointLink link() {
    return link;
  }

  void start() {
    heardNanos = connection.timekeeper().nanoTime();
    call.start(this, new Metadata());
    call.request(AHEAD);
  }

  boolean isReady() {
    return call.isReady();
  }

  /** Sends one batch. */
  void renew(List<Held> leases) {
    lastBatch++;
    KeepAliveRequest.Builder request = KeepAliveRequest.newBuilder().setBatch(lastBatch);
    RequestHeader known = connection.history().known().header();
    if (!known.equals(sentHeader)) {
      sentHeader = known;
      request.setHeader(known);
    }
    leases.forEach(lease -> request.addLeases(Requests.lease(lease.ref())));
    // Before it is sent, and not a moment later: the TTL counts from here.
    unanswered.put(lastBatch, new Batch(connection.timekeeper().nanoTime(), leases.size()));
    call.sendMessage(request.build());
    if (unanswered.size() > MAX_UNANSWERED) {
      Iterator<Batch> eldest = unanswered.values().iterator();
      eldest.next();
      eldest.remove();
    }
  }

  /** Ends the call, so that what was sent still arrives. */
  void end() {
    call.halfClose();
    connection
        .timekeeper()
        .schedule(
            GOODBYE_NANOS, () -> connection.keeper().execute(() -> cancel("no lease is left")));
  }

  void cancel(String why) {
    call.cancel(why, null);
  }

  /** When it will count as silent; {@code otherwise} when nothing is to be heard. */
  long silentAtNanos(long otherwise) {
    if (unanswered.isEmpty()) {
      // A stream is opened because something is to be sent: one that does not take it is no good.
      return call.isReady() ? otherwise : heardNanos + patienceNanos();
    }
    long since = unanswered.values().iterator().next().sentNanos;
    return (since - heardNanos > 0 ? since : heardNanos) + patienceNanos();
  }

  boolean isSilent(long now) {
    return now - silentAtNanos(now + 1) >= 0;
  }

  private long patienceNanos() {
    long part = connection.keeper().shortestTtlNanos() / PATIENCE_PART;
    return Math.max(MIN_PATIENCE_NANOS, Math.min(MAX_PATIENCE_NANOS, part));
  }

  @Override
  public void onReady() {
    connection
        .keeper()
        .execute(
            () -> {
              if (connection.isCurrent(this)) {
                connection.keeper().connectionChanged();
              }
            });
  }

  @Override
  public void onMessage(KeepAliveResponse message) {
    connection.keeper().execute(() -> received(message));
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    Status failure =
        status.isOk() ? Status.UNAVAILABLE.withDescription("the node ended the stream") : status;
    connection
        .keeper()
        .execute(
            () ->
                connection.broken(
                    this, FailureReader.read(failure, trailers, false, true, link.address())));
  }

  private void received(KeepAliveResponse message) {
    if (!connection.isCurrent(this)) {
      return;
    }
    call.request(1);
    heardNanos = connection.timekeeper().nanoTime();
    ResponseHeader header = message.getHeader();
    if (!connection.history().observe(sentUnder, header, heardNanos)) {
      String other = "the stream is of cluster " + header.getClusterId() + ", epoch ";
      connection.broken(
          this,
          new Failure(
              new WrongEpochException(other + header.getEpoch() + " (" + link + ")", "header"),
              false,
              false,
              "",
              0));
      return;
    }
    connection.worked(this, header);
    Batch batch = unanswered.get(message.getBatch());
    if (batch == null) {
      return;
    }
    batch.open -= message.getRenewalsCount();
    if (batch.open <= 0) {
      unanswered.remove(message.getBatch());
    }
    message
        .getRenewalsList()
        .forEach(renewal -> connection.keeper().answered(renewal, batch.sentNanos));
    connection.keeper().connectionChanged();
  }
}
