// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.pipeline;

import dev.stele.proto.v1.CallBatch;
import dev.stele.proto.v1.PipelineCall;
import dev.stele.proto.v1.RequestHeader;
import dev.stele.server.core.model.Reason;
import dev.stele.server.wire.call.CallLimits;
import dev.stele.server.wire.call.CallRuntime;
import dev.stele.server.wire.call.CallTimes;
import dev.stele.server.wire.call.Caller;
import dev.stele.server.wire.call.Deadlines;
import dev.stele.server.wire.call.Line;
import dev.stele.server.wire.call.Outflow;
import dev.stele.server.wire.call.Places;
import dev.stele.server.wire.call.StreamService;
import dev.stele.server.wire.error.Failure;
import dev.stele.server.wire.error.RefusedException;
import dev.stele.server.wire.facts.GatheredReads;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One stream of calls. Each is served as it comes; what was answered while the event loop was busy
 * goes out together. A call counts as under way until its answer is sent, so that who takes no
 * answers is asked for no more calls.
 *
 * <p>Threads that answer put a call on a stack and take no lock; whoever puts the first one has the
 * event loop look. Nothing of gRPC is called under the lock.
 */
final class PipelineStream implements StreamService.Inflow<CallBatch> {
  private final PipelineService service;
  private final Caller caller;
  private final Outflow outflow;
  private final Line line;
  private final Places places;
  private final Runnable flush = this::flush;

  /** Answered and not looked at yet, the last one first. */
  private final AtomicReference<@Nullable PipelinedCall> answered = new AtomicReference<>();

  private final Map<Long, PipelinedCall> underWay = new HashMap<>();

  /** Answered, and not sent. */
  private final Deque<PipelinedCall> waiting = new ArrayDeque<>();

  /** Replies that were sent, and that the connection may still hold. */
  private int untaken;

  private long untakenBytes;
  private boolean stalled;
  private boolean owesRequest;
  private boolean finished;
  private boolean over;

  PipelineStream(PipelineService service, Caller caller, Outflow outflow) {
    this.service = service;
    this.caller = caller;
    this.outflow = outflow;
    this.line = outflow.line();
    this.places = outflow.places();
  }

  Caller caller() {
    return caller;
  }

  CallRuntime runtime() {
    return service.runtime();
  }

  CallTimes times() {
    return service.times();
  }

  Line line() {
    return line;
  }

  @Override
  public void request(CallBatch batch) {
    // From here on each call counts for itself.
    outflow.unhold();
    List<PipelinedCall> calls = begin(batch);
    for (int i = 0; i < batch.getCancelledCount(); i++) {
      cancel(batch.getCancelled(i));
    }
    GatheredReads reads = service.gather();
    for (PipelinedCall call : calls) {
      serve(call, reads);
    }
    reads.start();
    askForMore();
  }

  /** Notes all calls of {@code batch}, before any of them is served. */
  private synchronized List<PipelinedCall> begin(CallBatch batch) {
    int count = batch.getCallsCount();
    if (count > PipelineService.BATCH_MAX_CALLS) {
      throw new RefusedException(
          Reason.INVALID_FIELD,
          "calls",
          "has %d calls, at most %d are allowed".formatted(count, PipelineService.BATCH_MAX_CALLS));
    }
    if (over) {
      return List.of();
    }
    owesRequest = true;
    List<PipelinedCall> calls = new ArrayList<>(count);
    long now = runtime().ticker().nanos();
    for (int i = 0; i < count; i++) {
      PipelineCall message = batch.getCalls(i);
      PipelinedCall call = call(message, batch.getHeader(), now);
      if (message.getId() == 0) {
        throw wrongId(i, "must not be 0");
      }
      if (underWay.putIfAbsent(message.getId(), call) != null) {
        throw wrongId(i, "is that of another call under way");
      }
      call.placed(places.take(call.bytes()));
      calls.add(call);
    }
    return calls;
  }

  private PipelinedCall call(PipelineCall message, RequestHeader shared, long now) {
    long millis = Integer.toUnsignedLong(message.getTimeoutMillis());
    OptionalLong timeout =
        millis == 0 ? OptionalLong.empty() : OptionalLong.of(TimeUnit.MILLISECONDS.toNanos(millis));
    return new PipelinedCall(this, message, shared, now, Deadlines.endNanos(now, timeout));
  }

  private static RefusedException wrongId(int index, String why) {
    String field = "calls[" + index + "].id";
    return new RefusedException(Reason.INVALID_FIELD, field, field + " " + why);
  }

  private void cancel(long id) {
    PipelinedCall call;
    synchronized (this) {
      call = underWay.get(id);
    }
    if (call != null) {
      call.cancel();
    }
  }

  private void serve(PipelinedCall call, GatheredReads reads) {
    if (call.isAnswered()) {
      return;
    }
    if (!call.isPlaced()) {
      call.refuse(
          Failure.of(Reason.OVERLOADED, "this node has as many calls under way as it takes")
              .retryAfter(places.refuse(runtime().ticker().nanos())));
      return;
    }
    service.serve(call, reads);
  }

  /** {@code call} has its outcome. Any thread. */
  void answered(PipelinedCall call) {
    PipelinedCall before;
    do {
      before = answered.get();
      call.link(before);
    } while (!answered.compareAndSet(before, call));
    if (before == null) {
      line.execute(flush);
    }
  }

  /** Sends what is answered, as far as the caller takes it. */
  private void flush() {
    collect();
    boolean moves = false;
    while (outflow.isReady()) {
      takenByCaller();
      List<PipelinedCall> leaving = new ArrayList<>();
      Parcel parcel = next(leaving);
      if (leaving.isEmpty()) {
        break;
      }
      outflow.send(List.of(parcel.encoded()));
      sent(leaving);
      moves = true;
    }
    settle(moves);
    askForMore();
    endIfDone();
  }

  private synchronized void collect() {
    PipelinedCall call = answered.getAndSet(null);
    List<PipelinedCall> newest = new ArrayList<>();
    for (; call != null; call = call.next()) {
      newest.add(call);
    }
    for (int i = newest.size() - 1; i >= 0; i--) {
      waiting.add(newest.get(i));
    }
    if (over) {
      giveBackReplies(waiting);
      waiting.clear();
    }
  }

  private synchronized Parcel next(List<PipelinedCall> leaving) {
    Parcel parcel = new Parcel();
    for (PipelinedCall call = waiting.peek(); call != null; call = waiting.peek()) {
      if (!parcel.add(call)) {
        break;
      }
      leaving.add(waiting.remove());
      underWay.remove(call.id());
    }
    return parcel;
  }

  private void sent(List<PipelinedCall> calls) {
    giveBackPlaces(calls);
    synchronized (this) {
      for (PipelinedCall call : calls) {
        if (call.heldBytes() != PipelinedCall.NOTHING) {
          untaken++;
          untakenBytes += call.heldBytes();
        }
      }
    }
  }

  /**
   * Who takes nothing has only so long.
   *
   * @param moves whether the caller took enough for more to be sent
   */
  private void settle(boolean moves) {
    if (outflow.isReady()) {
      takenByCaller();
      outflow.expireNever();
      stalled = false;
    } else if (moves || !stalled) {
      stalled = true;
      outflow.expireAt(runtime().ticker().nanos() + CallLimits.REPLY_TIME.toNanos());
    }
  }

  /** What the connection has moved on is held no longer. */
  private void takenByCaller() {
    int count;
    long bytes;
    synchronized (this) {
      count = untaken;
      bytes = untakenBytes;
      untaken = 0;
      untakenBytes = 0;
    }
    runtime().replies().giveBack(count, bytes);
  }

  private void giveBackPlaces(Collection<PipelinedCall> calls) {
    int count = 0;
    long bytes = 0;
    for (PipelinedCall call : calls) {
      if (call.isPlaced()) {
        count++;
        bytes += call.bytes();
      }
    }
    places.giveBack(count, bytes);
  }

  private void giveBackReplies(Collection<PipelinedCall> calls) {
    int count = 0;
    long bytes = 0;
    for (PipelinedCall call : calls) {
      if (call.heldBytes() != PipelinedCall.NOTHING) {
        count++;
        bytes += call.heldBytes();
      }
    }
    runtime().replies().giveBack(count, bytes);
  }

  /** Lets the next batch come, if there is room for calls. */
  private void askForMore() {
    synchronized (this) {
      if (!owesRequest || over || underWay.size() >= PipelineService.STREAM_MAX_CALLS) {
        return;
      }
      owesRequest = false;
    }
    outflow.taken();
  }

  private void endIfDone() {
    synchronized (this) {
      if (!underWay.isEmpty() || !(finished || service.streams().isClosing())) {
        return;
      }
    }
    outflow.end();
  }

  @Override
  public void ready() {
    flush();
  }

  @Override
  public void finished() {
    synchronized (this) {
      finished = true;
    }
    endIfDone();
  }

  /** The node stops: the stream ends as soon as what is under way is answered. Any thread. */
  void close() {
    line.execute(this::endIfDone);
  }

  @Override
  public void gone() {
    List<PipelinedCall> left;
    synchronized (this) {
      if (over) {
        return;
      }
      over = true;
      left = new ArrayList<>(underWay.values());
      underWay.clear();
    }
    service.streams().ended(this);
    for (PipelinedCall call : left) {
      call.abandon();
    }
    giveBackPlaces(left);
    takenByCaller();
    collect();
  }
}
