// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.pipe;

import dev.stele.client.error.InvalidRequestException;
import dev.stele.client.error.LimitExceededException;
import dev.stele.client.error.Reason;
import dev.stele.client.internal.time.Timekeeper;
import dev.stele.proto.v1.AnswerBatch;
import dev.stele.proto.v1.CallBatch;
import dev.stele.proto.v1.PipelineAnswer;
import dev.stele.proto.v1.PipelineCall;
import dev.stele.proto.v1.ResponseHeader;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.shaded.io.netty.util.collection.LongObjectHashMap;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The calls to one endpoint that go over one stream, which is opened by the first of them, and
 * again by the first after it has broken. Thread-safe, without locks: callers leave their calls in
 * an inbox, and all that waits when the loop gets to it leaves as few messages. A busy client's
 * answers come together too, and the calls that follow from them are the next message.
 */
public final class Pipe {
  /** Calls that wait or are under way; more are refused. */
  public static final int MAX_CALLS = 8_192;

  /** The largest call: a message of 4 MiB, which the protocol allows, but for what goes around. */
  static final int CALL_MAX_BYTES = (4 << 20) - (1 << 10);

  /** Between looks for calls whose time is over, so they end up to this late. */
  static final long SWEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  /** The longest that a node works on a call. A fixed number of the protocol. */
  private static final long TIMEOUT_MAX_MILLIS = TimeUnit.MINUTES.toMillis(1);

  /** Answers are as many as calls, which are limited: they need no flow control of their own. */
  private static final int ALL_ANSWERS = Integer.MAX_VALUE;

  private final Supplier<ClientCall<CallBatch, AnswerBatch>> opener;
  private final Loop loop;
  private final Timekeeper timekeeper;
  private final Inbox inbox = new Inbox();
  private final AtomicInteger calls = new AtomicInteger();
  private final Runnable drain = this::drain;
  private final Runnable flush = this::flush;
  // Of the loop from here on.
  private final ArrayDeque<PipedCall> waiting = new ArrayDeque<>();
  private final LongObjectHashMap<PipedCall> underWay = new LongObjectHashMap<>();
  private final List<Long> cancelled = new ArrayList<>();
  private @Nullable Exchange exchange;
  private long lastId;
  private int endedButWaiting;
  private boolean sweepPlanned;
  private long sweepAtNanos;

  /**
   * A pipe without a stream.
   *
   * @param opener makes calls of {@code Exchange}
   */
  public Pipe(
      Supplier<ClientCall<CallBatch, AnswerBatch>> opener, Loop loop, Timekeeper timekeeper) {
    this.opener = opener;
    this.loop = loop;
    this.timekeeper = timekeeper;
  }

  /** Sends a call, or refuses it. */
  public void send(PipedCall call, long deadlineNanos) {
    if (calls.incrementAndGet() > MAX_CALLS) {
      calls.decrementAndGet();
      call.stage = PipedCall.Stage.ENDED;
      String message = MAX_CALLS + " calls of this client to one endpoint are under way already";
      call.refused(new LimitExceededException(Reason.OVERLOADED, message, null, null));
      return;
    }
    call.deadlineNanos = deadlineNanos;
    if (inbox.add(call)) {
      try {
        loop.execute(drain);
      } catch (RejectedExecutionException e) {
        rejectAll();
      }
    }
  }

  /** Nobody waits for the answer any more. It has been sent; in vain if it has ended already. */
  public void cancel(PipedCall call) {
    onLoop(() -> cancelNow(call));
  }

  /** How many calls wait or are under way. */
  int size() {
    return calls.get();
  }

  /** After the loop has ended, this thread is as good as any. */
  private void onLoop(Runnable task) {
    try {
      loop.execute(task);
    } catch (RejectedExecutionException e) {
      task.run();
    }
  }

  private void rejectAll() {
    Status closed = Status.UNAVAILABLE.withDescription("the client is closed");
    PipedCall call = inbox.takeAll();
    while (call != null) {
      PipedCall following = call.next;
      calls.decrementAndGet();
      call.stage = PipedCall.Stage.ENDED;
      call.broken(closed, new Metadata(), false, false);
      call = following;
    }
  }

  private void drain() {
    takeIn();
    flush();
  }

  private void takeIn() {
    PipedCall call = inbox.takeAll();
    while (call != null) {
      PipedCall following = call.next;
      call.next = null;
      waiting.addLast(call);
      planSweep(call.deadlineNanos);
      call = following;
    }
  }

  /** Sends what the stream takes; it says when it takes more. */
  private void flush() {
    if (waiting.isEmpty() && cancelled.isEmpty()) {
      return;
    }
    Exchange open = exchange;
    if (open == null) {
      open = new Exchange(opener.get());
      exchange = open;
      open.start();
    }
    while (open.isReady()) {
      BatchDraft draft = draft();
      if (draft.isEmpty()) {
        return;
      }
      open.send(draft.build());
    }
  }

  private BatchDraft draft() {
    BatchDraft draft = new BatchDraft();
    cancelled.forEach(draft::cancel);
    cancelled.clear();
    long now = timekeeper.nanoTime();
    for (PipedCall call = waiting.peek(); call != null; call = waiting.peek()) {
      if (call.stage == PipedCall.Stage.ENDED) {
        endedButWaiting--;
      } else if (isSendable(call, now)) {
        if (!draft.takes(call.sharedHeader(), message(call, now))) {
          return draft;
        }
        call.message = null;
        call.stage = PipedCall.Stage.SENT;
        underWay.put(call.id, call);
      }
      waiting.remove();
    }
    return draft;
  }

  private boolean isSendable(PipedCall call, long now) {
    if (call.deadlineNanos - now <= 0) {
      ended(call);
      call.gaveUp(Status.DEADLINE_EXCEEDED, false);
      return false;
    }
    int bytes = message(call, now).getSerializedSize();
    if (bytes > CALL_MAX_BYTES) {
      ended(call);
      call.refused(
          new InvalidRequestException(
              Reason.INVALID_FIELD, "more than " + CALL_MAX_BYTES + " bytes", null, null));
      return false;
    }
    return true;
  }

  /** Made when it is to be sent, and kept if it has to wait for the next batch. */
  private PipelineCall message(PipedCall call, long now) {
    PipelineCall made = call.message;
    if (made == null) {
      call.id = ++lastId;
      long millis = TimeUnit.NANOSECONDS.toMillis(call.deadlineNanos - now) + 1;
      PipelineCall.Builder builder =
          PipelineCall.newBuilder()
              .setId(call.id)
              .setTimeoutMillis((int) Math.min(millis, TIMEOUT_MAX_MILLIS));
      call.fill(builder);
      made = builder.build();
      call.message = made;
    }
    return made;
  }

  private void ended(PipedCall call) {
    call.stage = PipedCall.Stage.ENDED;
    calls.decrementAndGet();
  }

  private void cancelNow(PipedCall call) {
    // It may have been left in the inbox by somebody whose task comes after this one.
    takeIn();
    if (call.stage != PipedCall.Stage.ENDED) {
      giveUp(call, Status.CANCELLED.withDescription("cancelled by the caller"));
      forgetEnded();
      onLoop(flush);
    }
  }

  private void giveUp(PipedCall call, Status status) {
    boolean sent = call.stage == PipedCall.Stage.SENT;
    if (sent) {
      underWay.remove(call.id);
      cancelled.add(call.id);
    } else {
      endedButWaiting++;
    }
    ended(call);
    call.gaveUp(status, sent);
  }

  /** Ended calls are left in place while they are few: each costs one step, whatever is done. */
  private void forgetEnded() {
    if (endedButWaiting > waiting.size() / 2) {
      waiting.removeIf(call -> call.stage == PipedCall.Stage.ENDED);
      endedButWaiting = 0;
    }
  }

  private void planSweep(long atNanos) {
    if (sweepPlanned && atNanos - sweepAtNanos >= -SWEEP_NANOS) {
      return;
    }
    sweepPlanned = true;
    sweepAtNanos = atNanos;
    loop.schedule(Math.max(0, atNanos - timekeeper.nanoTime()), () -> sweep(atNanos));
  }

  /** Ends the calls whose time is over, and plans to come back when the next one's is. */
  private void sweep(long plannedNanos) {
    if (!sweepPlanned || plannedNanos != sweepAtNanos) {
      return;
    }
    sweepPlanned = false;
    long now = timekeeper.nanoTime();
    List<PipedCall> late = new ArrayList<>();
    long leftNanos =
        Math.min(leastLeft(waiting, now, late), leastLeft(underWay.values(), now, late));
    if (leftNanos != Long.MAX_VALUE) {
      planSweep(now + Math.max(SWEEP_NANOS, leftNanos));
    }
    for (PipedCall call : late) {
      giveUp(call, Status.DEADLINE_EXCEEDED);
    }
    forgetEnded();
    flush();
  }

  private static long leastLeft(Iterable<PipedCall> calls, long now, List<PipedCall> late) {
    long least = Long.MAX_VALUE;
    for (PipedCall call : calls) {
      long leftNanos = call.deadlineNanos - now;
      if (call.stage == PipedCall.Stage.ENDED) {
        continue;
      }
      if (leftNanos <= 0) {
        late.add(call);
      } else {
        least = Math.min(least, leftNanos);
      }
    }
    return least;
  }

  private void answered(Exchange from, AnswerBatch batch) {
    from.served = true;
    ResponseHeader shared = batch.getHeader();
    for (PipelineAnswer answer : batch.getAnswersList()) {
      PipedCall call = underWay.remove(answer.getId());
      if (call != null) {
        ended(call);
        try {
          call.answered(shared, answer);
        } catch (RuntimeException e) {
          call.failed(e);
        }
      }
    }
  }

  private void broken(Exchange ended, Status status, Metadata trailers) {
    if (exchange != ended) {
      return;
    }
    exchange = null;
    cancelled.clear();
    List<PipedCall> sent = new ArrayList<>(underWay.values());
    List<PipedCall> unsent = new ArrayList<>(waiting);
    underWay.clear();
    waiting.clear();
    endedButWaiting = 0;
    for (PipedCall call : sent) {
      ended(call);
      call.broken(status, trailers, true, ended.served);
    }
    for (PipedCall call : unsent) {
      if (call.stage != PipedCall.Stage.ENDED) {
        ended(call);
        call.broken(status, trailers, false, ended.served);
      }
    }
  }

  /** One stream, from its opening to its end. */
  private final class Exchange extends ClientCall.Listener<AnswerBatch> {
    private final ClientCall<CallBatch, AnswerBatch> call;
    private boolean served;

    Exchange(ClientCall<CallBatch, AnswerBatch> call) {
      this.call = call;
    }

    void start() {
      call.start(this, new Metadata());
      call.request(ALL_ANSWERS);
    }

    boolean isReady() {
      return exchange == this && call.isReady();
    }

    void send(CallBatch batch) {
      call.sendMessage(batch);
    }

    @Override
    public void onReady() {
      onLoop(flush);
    }

    @Override
    public void onMessage(AnswerBatch batch) {
      onLoop(() -> answered(this, batch));
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      Status end =
          status.isOk() ? Status.UNAVAILABLE.withDescription("the node ended the stream") : status;
      onLoop(() -> broken(this, end, trailers));
    }
  }
}
