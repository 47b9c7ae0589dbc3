// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.lease;

import dev.stele.proto.v1.KeepAliveRequest;
import dev.stele.proto.v1.KeepAliveResponse;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.LeaseRef;
import dev.stele.server.core.model.Reason;
import dev.stele.server.lease.Renewal;
import dev.stele.server.wire.call.Outflow;
import dev.stele.server.wire.call.StreamService;
import dev.stele.server.wire.error.Failure;
import dev.stele.server.wire.parse.LeaseParser;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One stream of renewals. Each is answered once, as soon as it is known what became of it: those
 * that wait for something hold no others up, but for the bound on how many are under way. Answers
 * that the caller does not take count as under way, so that no more come.
 *
 * <p>Nothing of gRPC is called under the lock.
 */
final class KeepAliveStream implements StreamService.Inflow<KeepAliveRequest> {
  private static final long NOTHING_HELD = -1;

  private final KeepAlives.Means means;
  private final Outflow outflow;

  /** Batches with answers that were not sent. */
  private final Deque<Batch> answered = new ArrayDeque<>();

  /** Set and read where requests come in, one at a time. */
  private boolean checked;

  private int underWay;
  private boolean owesRequest;
  private boolean sending;
  private boolean finished;
  private boolean over;

  KeepAliveStream(KeepAlives.Means means, Outflow outflow) {
    this.means = means;
    this.outflow = outflow;
  }

  /** One request's renewals. */
  private static final class Batch {
    private final long number;
    private List<Answer> answers = new ArrayList<>();

    Batch(long number) {
      this.number = number;
    }
  }

  /**
   * @param heldBytes of the node's budget
   */
  private record Answer(dev.stele.proto.v1.Renewal message, long heldBytes) {}

  /** What is sent next. */
  private record Parcel(long batch, List<Answer> answers) {}

  @Override
  public void request(KeepAliveRequest request) {
    if (!checked || request.hasHeader()) {
      means.headers().checkRead(request.getHeader());
      checked = true;
    }
    List<LeaseRef> leases = LeaseParser.keepAlive(request);
    if (!means.leads()) {
      end(means.notLeader("this node does not lead"));
      return;
    }
    synchronized (this) {
      underWay += leases.size();
      owesRequest = true;
    }
    Batch batch = new Batch(request.getBatch());
    long deadlineNanos = means.context().ticker().nanos() + KeepAlives.RENEWAL_TIME.toNanos();
    for (int i = 0; i < leases.size(); i++) {
      long bytes = request.getLeases(i).getSerializedSize();
      renew(batch, leases.get(i), bytes, deadlineNanos);
    }
    askForMore();
  }

  private void renew(Batch batch, LeaseRef lease, long bytes, long deadlineNanos) {
    if (!means.underWay().tryTake(bytes)) {
      Renewal refused =
          new Renewal.NotConfirmed(
              Reason.OVERLOADED,
              "%d renewals or %d bytes of them are under way, the most that may"
                  .formatted(KeepAlives.NODE_MAX_RENEWALS, KeepAlives.NODE_MAX_BYTES));
      answer(batch, lease, NOTHING_HELD, refused);
      return;
    }
    CompletableFuture<Renewal> unused =
        means
            .context()
            .leases()
            .renew(lease, deadlineNanos)
            .whenComplete((renewal, thrown) -> done(batch, lease, bytes, renewal, thrown));
  }

  private void done(
      Batch batch,
      LeaseRef lease,
      long bytes,
      @Nullable Renewal renewal,
      @Nullable Throwable thrown) {
    if (renewal instanceof Renewal.NotConfirmed not && isElsewhere(not)) {
      means.underWay().giveBack(bytes);
      end(means.notLeader(not.message()));
    } else if (renewal != null) {
      answer(batch, lease, bytes, renewal);
    } else {
      means.underWay().giveBack(bytes);
      end(Failure.of(Reason.NO_QUORUM, "the renewal broke off: " + thrown));
    }
  }

  /** A leader that is not ready yet will be soon: its callers stay. */
  private boolean isElsewhere(Renewal.NotConfirmed not) {
    return not.reason() == Reason.NOT_LEADER && !means.leads();
  }

  private void answer(Batch batch, LeaseRef lease, long heldBytes, Renewal renewal) {
    Answer answer = new Answer(message(lease, renewal), heldBytes);
    synchronized (this) {
      if (over) {
        giveBack(answer);
        return;
      }
      if (batch.answers.isEmpty()) {
        answered.add(batch);
      }
      batch.answers.add(answer);
      if (sending) {
        return;
      }
      sending = true;
    }
    try {
      ScheduledFuture<?> unused =
          means.timer().schedule(this::send, KeepAlives.GATHER.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      end(means.notLeader("this node is stopping"));
    }
  }

  private static dev.stele.proto.v1.Renewal message(LeaseRef lease, Renewal renewal) {
    dev.stele.proto.v1.Renewal.Builder message = dev.stele.proto.v1.Renewal.newBuilder();
    message.getLeaseBuilder().setName(lease.name()).setToken(lease.token());
    if (renewal instanceof Renewal.Renewed renewed) {
      message.setRenewedTtlMillis(renewed.ttlMillis());
    } else if (renewal instanceof Renewal.Lost lost) {
      message.setLost(lost.message());
    } else if (renewal instanceof Renewal.NotConfirmed not) {
      message.setNotConfirmed(not.reason() + ": " + not.message());
    }
    return message.build();
  }

  /** Sends what is answered, as far as the caller takes it. */
  private void send() {
    synchronized (this) {
      sending = false;
    }
    while (outflow.isReady()) {
      Parcel parcel = next();
      if (parcel == null) {
        return;
      }
      outflow.send(List.of(Bytes.wrap(response(parcel).toByteArray())));
      sent(parcel);
    }
  }

  private synchronized @Nullable Parcel next() {
    Batch batch = answered.poll();
    if (batch == null) {
      return null;
    }
    List<Answer> answers = batch.answers;
    batch.answers = new ArrayList<>();
    return new Parcel(batch.number, answers);
  }

  private KeepAliveResponse response(Parcel parcel) {
    KeepAliveResponse.Builder response =
        KeepAliveResponse.newBuilder()
            .setHeader(means.headers().header(means.context().store().meta()))
            .setBatch(parcel.batch());
    parcel.answers().forEach(answer -> response.addRenewals(answer.message()));
    return response.build();
  }

  private void sent(Parcel parcel) {
    parcel.answers().forEach(this::giveBack);
    synchronized (this) {
      underWay -= parcel.answers().size();
    }
    askForMore();
    endIfDone();
  }

  private void giveBack(Answer answer) {
    if (answer.heldBytes() != NOTHING_HELD) {
      means.underWay().giveBack(answer.heldBytes());
    }
  }

  /** Lets the next request come, if there is room for what it may hold. */
  private void askForMore() {
    synchronized (this) {
      int room = KeepAlives.STREAM_MAX_RENEWALS - underWay;
      if (!owesRequest || room < LeaseParser.KEEP_ALIVE_MAX_LEASES) {
        return;
      }
      owesRequest = false;
    }
    outflow.taken();
  }

  private void endIfDone() {
    synchronized (this) {
      if (!finished || underWay > 0) {
        return;
      }
    }
    outflow.end();
  }

  @Override
  public void ready() {
    send();
  }

  @Override
  public void finished() {
    synchronized (this) {
      finished = true;
    }
    endIfDone();
  }

  /** Ends the stream for {@code failure}. What is under way is not answered. */
  void end(Failure failure) {
    outflow.fail(failure);
    gone();
  }

  @Override
  public void gone() {
    List<Answer> dropped = new ArrayList<>();
    synchronized (this) {
      over = true;
      answered.forEach(batch -> dropped.addAll(batch.answers));
      answered.clear();
    }
    means.open().remove(this);
    dropped.forEach(this::giveBack);
  }
}
