// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.watch;

import dev.stele.client.error.Reason;
import dev.stele.client.error.SteleException;
import dev.stele.client.error.UnavailableException;
import dev.stele.client.error.WrongEpochException;
import dev.stele.client.internal.failure.FailureReader;
import dev.stele.client.internal.history.History;
import dev.stele.client.internal.link.EndpointLink;
import dev.stele.proto.v1.CancelWatch;
import dev.stele.proto.v1.RequestHeader;
import dev.stele.proto.v1.ResponseHeader;
import dev.stele.proto.v1.WatchGrpc;
import dev.stele.proto.v1.WatchRequest;
import dev.stele.proto.v1.WatchResponse;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * One call to one node, with the watches that it carries. All of it runs in the lane's context,
 * except the listener's methods, which only hand over to it.
 *
 * <p>Bounded: a message is asked for only while less than {@link #MAX_UNCONSUMED_BYTES} wait for
 * listeners; what is asked for already, at most {@link #MAX_AHEAD} messages, may come on top. So
 * that one that is slow does not keep the others waiting, a watch that holds half of that is taken
 * off a stream that carries others, until its listener has what it holds.
 */
final class WatchStream extends ClientCall.Listener<WatchResponse> {
  /** Of messages that listeners have not taken yet. */
  static final int MAX_UNCONSUMED_BYTES = 4 << 20;

  /** Of one watch among several. */
  static final int MAX_SHARE_BYTES = MAX_UNCONSUMED_BYTES / 2;

  /** What a message costs beside its content. */
  private static final int OVERHEAD_BYTES = 256;

  /** Messages asked for ahead at least, so that the next one is at hand. */
  static final int MIN_AHEAD = 2;

  /** And at most: one change may be a message for each of many watches. */
  static final int MAX_AHEAD = 32;

  /** What those asked for ahead may come to, if they are like the largest of the latest ones. */
  static final int MAX_AHEAD_BYTES = 256 << 10;

  /** A large message is forgotten by this part with each that follows. */
  private static final int FORGOTTEN_PART = 16;

  /** A node that has nothing to do any more should end the call by itself within this. */
  private static final long GOODBYE_NANOS = TimeUnit.SECONDS.toNanos(2);

  private static final long MIN_CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final Lane lane;
  private final EndpointLink link;
  private final History.Known sentUnder;
  private final ClientCall<WatchRequest, WatchResponse> call;
  private final Map<Long, Subscription> byId = new HashMap<>();
  private RequestHeader sentHeader = RequestHeader.getDefaultInstance();
  private boolean sentAny;
  private long lastId;
  private long unconsumedBytes;
  private long largeBytes = MAX_AHEAD_BYTES;
  private int requested;

  WatchStream(Lane lane, EndpointLink link) {
    this.lane = lane;
    this.link = link;
    this.sentUnder = lane.history().known();
    this.call = link.newCall(WatchGrpc.getWatchMethod(), CallOptions.DEFAULT);
  }

  EndpointLink link() {
    return link;
  }

  void start() {
    call.start(this, new Metadata());
    pump();
    check(MIN_CHECK_NANOS);
  }

  /** Begins a watch. */
  void carry(Subscription watch) {
    for (Subscription other : List.copyOf(byId.values())) {
      if (isHog(other)) {
        other.park();
      }
    }
    lastId++;
    byId.put(lastId, watch);
    watch.attached(this, lastId);
  }

  /** Ends a watch, but not what goes on for others. */
  void drop(long id) {
    if (byId.remove(id) != null) {
      send(WatchRequest.newBuilder().setCancel(CancelWatch.newBuilder().setWatchId(id)));
    }
  }

  /** The node has ended this one. */
  void forget(long id) {
    byId.remove(id);
  }

  void send(WatchRequest.Builder request) {
    RequestHeader known = lane.history().known().header();
    if (!sentAny || !known.equals(sentHeader)) {
      sentAny = true;
      sentHeader = known;
      request.setHeader(known);
    }
    call.sendMessage(request.build());
  }

  /** Whether what is sent leaves at once. */
  boolean isReady() {
    return call.isReady();
  }

  /** Ends the call, so that what was sent still arrives. */
  void end() {
    call.halfClose();
    lane.timekeeper().schedule(GOODBYE_NANOS, () -> lane.execute(() -> cancel("no watch is left")));
  }

  void cancel(String why) {
    call.cancel(why, null);
  }

  /** A listener has taken so much, or will not take it any more. */
  void consumed(long bytes) {
    unconsumedBytes -= bytes;
    if (lane.isCurrent(this)) {
      pump();
    }
  }

  /** Asks for many at once: each request is a hand-over to the transport's thread. */
  private void pump() {
    int ahead = (int) Math.max(MIN_AHEAD, Math.min(MAX_AHEAD, MAX_AHEAD_BYTES / largeBytes));
    if (requested <= ahead / 2 && unconsumedBytes < MAX_UNCONSUMED_BYTES) {
      call.request(ahead - requested);
      requested = ahead;
    }
  }

  @Override
  public void onMessage(WatchResponse message) {
    lane.execute(() -> received(message));
  }

  @Override
  public void onReady() {
    lane.execute(
        () -> {
          if (lane.isCurrent(this)) {
            byId.values().forEach(Subscription::sendReports);
          }
        });
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    Status failure =
        status.isOk() ? Status.UNAVAILABLE.withDescription("the node ended the stream") : status;
    lane.execute(
        () ->
            lane.broken(
                this,
                FailureReader.read(failure, trailers, false, true, link.address()).exception()));
  }

  private void received(WatchResponse message) {
    if (!lane.isCurrent(this)) {
      return;
    }
    requested--;
    long bytes = (long) message.getSerializedSize() + OVERHEAD_BYTES;
    largeBytes = Math.max(bytes, largeBytes - largeBytes / FORGOTTEN_PART);
    link.succeeded();
    ResponseHeader header = message.getHeader();
    if (!lane.history().observe(sentUnder, header, lane.timekeeper().nanoTime())) {
      String other = "the stream is of cluster " + header.getClusterId() + ", epoch ";
      lane.broken(
          this, new WrongEpochException(other + header.getEpoch() + " (" + link + ")", "header"));
      return;
    }
    if (message.getWatchId() == 0) {
      ofTheWholeStream(message);
    } else {
      ofOneWatch(message, bytes);
    }
    if (lane.isCurrent(this)) {
      pump();
    }
  }

  private void ofTheWholeStream(WatchResponse message) {
    if (message.hasEnded()) {
      lane.broken(this, problem(message.getEnded().getProblem()));
    } else if (message.hasRefused()) {
      lane.broken(this, problem(message.getRefused().getProblem()));
    }
  }

  private void ofOneWatch(WatchResponse message, long bytes) {
    Subscription watch = byId.get(message.getWatchId());
    if (watch == null) {
      // It was on its way when the watch was taken off.
      return;
    }
    unconsumedBytes += bytes;
    watch.receive(message, bytes);
    if (byId.size() > 1 && isHog(watch)) {
      watch.park();
    }
  }

  /** First facts can't be taken up half-way, so a watch that gets them is left alone. */
  private static boolean isHog(Subscription watch) {
    return watch.unconsumedBytes() >= MAX_SHARE_BYTES && !watch.isInitial();
  }

  SteleException problem(dev.stele.proto.v1.WatchProblem problem) {
    return FailureReader.read(problem, link.address());
  }

  /** Looks for watches that should have been heard of, and again when the next one is due. */
  private void check(long inNanos) {
    lane.timekeeper()
        .schedule(
            inNanos,
            () ->
                lane.execute(
                    () -> {
                      if (lane.isCurrent(this)) {
                        check();
                      }
                    }));
  }

  private void check() {
    long now = lane.timekeeper().nanoTime();
    if (unconsumedBytes >= MAX_UNCONSUMED_BYTES) {
      // Nothing was asked for, so nothing can have come.
      byId.values().forEach(watch -> watch.heard(now));
    }
    long leastNanos = Long.MAX_VALUE;
    Subscription silent = null;
    for (Subscription watch : byId.values()) {
      long leftNanos = watch.patienceNanos(now);
      if (leftNanos < leastNanos) {
        leastNanos = leftNanos;
        silent = watch;
      }
    }
    if (silent != null && leastNanos <= 0) {
      silent.wasSilent();
      lane.broken(this, silence(silent));
      return;
    }
    check(Math.max(MIN_CHECK_NANOS, Math.min(leastNanos, Subscription.MIN_PATIENCE_NANOS / 2)));
  }

  private UnavailableException silence(Subscription watch) {
    return new UnavailableException(
        Reason.NO_QUORUM,
        "a watch of which nothing was heard for longer than its marks allow, "
            + watch.intervalMillis()
            + " ms each ("
            + link
            + ")",
        null,
        null);
  }
}
