// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.watch;

import dev.stele.client.Watch;
import dev.stele.client.WatchListener;
import dev.stele.client.WatchState;
import dev.stele.client.WatchStatus;
import dev.stele.client.error.FencedException;
import dev.stele.client.error.LimitExceededException;
import dev.stele.client.error.SteleException;
import dev.stele.client.error.WrongEpochException;
import dev.stele.client.internal.call.Backoff;
import dev.stele.proto.v1.ReportApplied;
import dev.stele.proto.v1.RequestProgress;
import dev.stele.proto.v1.ResponseHeader;
import dev.stele.proto.v1.WatchRequest;
import dev.stele.proto.v1.WatchResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One watch over all its streams: what it asks nodes for, and what becomes of what they say. Runs
 * in the context of its lane; what its owner and its listener see is the {@link Handle}.
 */
final class Subscription {
  /** So many marks may fail to come. */
  static final int MISSED_MARKS = 3;

  /** A mark may be late by this. */
  static final long LATE_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** A node takes up to 5 s to confirm a start, and time to look through history for a match. */
  static final long START_NANOS = TimeUnit.SECONDS.toNanos(6);

  /** The shortest silence that is too long. */
  static final long MIN_PATIENCE_NANOS = LATE_NANOS;

  /** Patience doubles with each silence in a row, so that a start that takes long succeeds. */
  private static final int MAX_DOUBLINGS = 6;

  private static final Logger LOG = LoggerFactory.getLogger(Subscription.class);

  private final Lane lane;
  private final WatchPlan plan;
  private final LongSupplier incarnations;
  private final Runnable onEnd;
  private final Sequence sequence;
  private final Handle handle;

  private @Nullable WatchStream stream;
  private String endpoint = "";
  private @Nullable Origin origin;
  private long id;
  private boolean created;
  private boolean ended;
  private boolean resting;
  private int rests;
  private long target;
  private long unconsumedBytes;
  private int silences;
  private long heardNanos;

  /** The history that the watch began in. */
  private record Origin(String clusterId, long epoch) {}

  Subscription(
      Lane lane,
      WatchPlan plan,
      WatchListener listener,
      LongSupplier incarnations,
      Executor executor,
      Runnable onEnd) {
    this.lane = lane;
    this.plan = plan;
    this.incarnations = incarnations;
    this.onEnd = onEnd;
    this.sequence = new Sequence(plan.start(), plan.latestOnly());
    this.handle = new Handle(this, lane, plan.name(), listener, executor);
    handle.beginsBehind(sequence.received());
  }

  Watch handle() {
    return handle;
  }

  void start() {
    handle.begin();
    if (lane.isClosed()) {
      fail(Watches.closedClient());
    } else {
      lane.join(this);
    }
  }

  boolean isReadyToAttach() {
    return stream == null && !ended && !resting && unconsumedBytes == 0;
  }

  boolean isInitial() {
    return sequence.isInitial();
  }

  long unconsumedBytes() {
    return unconsumedBytes;
  }

  long intervalMillis() {
    return plan.progress().toMillis();
  }

  /** A stream carries it from now on, under this id. */
  void attached(WatchStream carrier, long newId) {
    stream = carrier;
    endpoint = carrier.link().address();
    id = newId;
    created = false;
    heard(lane.timekeeper().nanoTime());
    sequence.reset();
    long incarnation = plan.name() == null ? 0 : incarnations.getAsLong();
    carrier.send(
        WatchRequest.newBuilder().setCreate(plan.create(newId, sequence.next(), incarnation)));
  }

  void heard(long nowNanos) {
    heardNanos = nowNanos;
  }

  /** How long nothing may be heard from now on; not above 0 when it was too long already. */
  long patienceNanos(long nowNanos) {
    boolean live = created && handle.state() == WatchState.LIVE;
    long limitNanos = plan.progress().toNanos() * MISSED_MARKS + (live ? LATE_NANOS : START_NANOS);
    return (limitNanos << Math.min(silences, MAX_DOUBLINGS)) - (nowNanos - heardNanos);
  }

  void wasSilent() {
    silences++;
  }

  /** The node says something. */
  void receive(WatchResponse message, long bytes) {
    heard(lane.timekeeper().nanoTime());
    unconsumedBytes += bytes;
    try {
      List<Delivery> deliveries = read(message);
      for (int i = 0; i < deliveries.size(); i++) {
        boolean last = i == deliveries.size() - 1;
        handle.deliver(deliveries.get(i), last ? bytes : 0);
      }
      if (deliveries.isEmpty()) {
        consumed(bytes);
      } else {
        silences = 0;
        rests = 0;
        seeWhetherLive(message.getHeader(), message.hasProgress());
      }
    } catch (SteleException | IllegalArgumentException broken) {
      fail(broken);
    }
  }

  private List<Delivery> read(WatchResponse message) {
    String node = message.getHeader().getMember();
    switch (message.getResponseCase()) {
      case CREATED -> created(message);
      case INITIAL -> {
        return sequence.page(message.getInitial(), node);
      }
      case EVENTS -> {
        return sequence.events(message.getEvents(), node);
      }
      case PROGRESS -> {
        return sequence.progress(message.getProgress(), node);
      }
      case REFUSED -> refused(problem(message.getRefused().getProblem()));
      case ENDED -> over(problem(message.getEnded().getProblem()));
      default -> LOG.atDebug().addKeyValue("watch", id).log("a response that is not known here");
    }
    return List.of();
  }

  private SteleException problem(dev.stele.proto.v1.WatchProblem problem) {
    WatchStream carrier = stream;
    if (carrier == null) {
      throw new IllegalStateException("a response without a stream");
    }
    return carrier.problem(problem);
  }

  private void created(WatchResponse message) {
    ResponseHeader header = message.getHeader();
    Origin here = new Origin(header.getClusterId(), header.getEpoch());
    if (origin == null) {
      origin = here;
    } else if (!origin.equals(here)) {
      throw new WrongEpochException("the watch began in " + origin + ", this is " + here, "header");
    }
    sequence.created(message.getCreated().getNextRevision());
    created = true;
    handle.beginsBehind(sequence.received());
    become(WatchState.CATCHING_UP, null);
    handle.reports().forgotten();
    sendReports();
    if (!sequence.isInitial()) {
      aimAt(header);
    }
  }

  /** Live once everything that the node has now is here; a mark tells, whatever matches. */
  private void aimAt(ResponseHeader header) {
    target = header.getRevision();
    WatchStream carrier = stream;
    if (sequence.received() >= target && isLed(header)) {
      become(WatchState.LIVE, null);
    } else if (carrier != null) {
      carrier.send(
          WatchRequest.newBuilder().setProgress(RequestProgress.newBuilder().setWatchId(id)));
    }
  }

  private void seeWhetherLive(ResponseHeader header, boolean mark) {
    if (ended || sequence.isInitial() || handle.state() != WatchState.CATCHING_UP) {
      return;
    }
    if (target == 0) {
      aimAt(header);
    } else if (isLed(header) && (mark || sequence.received() >= target)) {
      become(WatchState.LIVE, null);
    }
  }

  /** Nothing is put on a stream while something of an earlier one waits, so it is of this one. */
  void consumed(long bytes) {
    unconsumedBytes -= bytes;
    if (stream != null) {
      stream.consumed(bytes);
    } else {
      lane.attach(this);
    }
  }

  /** A node without a leader may be behind what it can't hear of: that is not the present. */
  private boolean isLed(ResponseHeader header) {
    return plan.stay() || !header.getLeader().isEmpty();
  }

  private void refused(SteleException problem) {
    if (!created || problem instanceof FencedException) {
      over(problem);
      return;
    }
    LOG.atWarn()
        .addKeyValue("watcher", plan.name())
        .addKeyValue("reason", problem.getMessage())
        .log("a node refused what a watch told it");
    handle.reportRefused(problem);
  }

  /** The node has ended it, or never begun it. */
  private void over(SteleException problem) {
    WatchStream carrier = stream;
    if (carrier == null) {
      return;
    }
    carrier.forget(id);
    Course course = Course.on(problem);
    if (course == Course.ELSEWHERE) {
      lane.broken(carrier, problem);
      return;
    }
    detach();
    switch (course) {
      case LATER -> rest(problem, WatchState.RECONNECTING);
      case COMPACTED -> compacted(problem);
      default -> fail(problem);
    }
  }

  private void compacted(SteleException problem) {
    if (!plan.restart()) {
      end(WatchState.COMPACTED, problem, false);
      return;
    }
    sequence.beginAnew();
    target = 0;
    rest(problem, WatchState.COMPACTED);
  }

  private void rest(SteleException problem, WatchState state) {
    become(state, problem);
    resting = true;
    long backoffNanos = Backoff.delayNanos(rests, lane.timekeeper().random());
    rests++;
    lane.timekeeper()
        .schedule(
            retryAfterNanos(problem) + backoffNanos,
            () ->
                lane.execute(
                    () -> {
                      resting = false;
                      lane.attach(this);
                    }));
  }

  static long retryAfterNanos(SteleException problem) {
    return problem instanceof LimitExceededException limit
        ? limit.retryAfter().map(Duration::toNanos).orElse(0L)
        : 0;
  }

  /** The stream that carried it, or was to, is gone. */
  void streamBroken(SteleException reason, Course course) {
    detach();
    if (course == Course.ELSEWHERE || course == Course.LATER) {
      become(WatchState.RECONNECTING, reason);
    } else {
      fail(reason);
    }
  }

  /** Leaves the stream until the listener has taken what is here. */
  void park() {
    WatchStream carrier = stream;
    if (carrier != null) {
      carrier.drop(id);
      detach();
      become(WatchState.CATCHING_UP, null);
    }
  }

  private void detach() {
    WatchStream carrier = stream;
    stream = null;
    created = false;
    target = 0;
    if (carrier != null) {
      carrier.consumed(unconsumedBytes);
    }
  }

  private void become(WatchState state, @Nullable SteleException cause) {
    if (ended || (handle.state() == state && state != WatchState.COMPACTED)) {
      return;
    }
    WatchStatus now = new WatchStatus(state, endpoint, Optional.ofNullable(cause));
    handle.become(now);
  }

  /** Ends it with this; what was received before is still handed over. */
  void fail(Throwable cause) {
    end(WatchState.FAILED, cause, false);
  }

  void closeNow() {
    end(WatchState.CLOSED, null, true);
  }

  private void end(WatchState state, @Nullable Throwable cause, boolean dropOthers) {
    if (ended) {
      return;
    }
    WatchStatus last = new WatchStatus(state, endpoint, Optional.ofNullable(cause));
    ended = true;
    WatchStream carrier = stream;
    if (carrier != null) {
      carrier.drop(id);
    }
    detach();
    lane.leave(this);
    handle.end(last, dropOthers);
    onEnd.run();
  }

  void sendReports() {
    WatchStream carrier = stream;
    if (carrier == null || !created || !carrier.isReady()) {
      // Kept until it can be sent: reports are never more than the latest.
      return;
    }
    for (ReportApplied report : handle.reports().unsent(id)) {
      carrier.send(WatchRequest.newBuilder().setReport(report));
    }
  }
}
