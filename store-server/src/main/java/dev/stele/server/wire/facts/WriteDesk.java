// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.facts;

import com.google.protobuf.Message;
import dev.stele.server.admission.WriteAdmission;
import dev.stele.server.core.command.Command;
import dev.stele.server.core.command.Result;
import dev.stele.server.core.model.Reason;
import dev.stele.server.wire.WireContext;
import dev.stele.server.wire.call.Answer;
import dev.stele.server.wire.call.Budget;
import dev.stele.server.wire.call.Call;
import dev.stele.server.wire.error.Failure;
import dev.stele.server.wire.forward.Forwarder;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;

/**
 * Brings writes to the leader: proposes where this node leads, passes on where another one does,
 * and waits, bounded, while nobody does.
 */
public final class WriteDesk {
  /** Writes that wait for a leader or for its answer. */
  public static final int FORWARD_MAX_CALLS = 8_192;

  /** Bytes of their requests. */
  public static final long FORWARD_MAX_BYTES = 32L << 20;

  /** How often a write that waits for a leader looks whether there is one now. */
  static final Duration LOOK_EVERY = Duration.ofMillis(10);

  /** The same for one that may wait long, beside thousands of others. */
  static final Duration LOOK_EVERY_PATIENT = Duration.ofMillis(100);

  final WireContext context;
  final Headers headers;
  final WriteAdmission admission;
  final Executor readers;
  final Forwarder forwarder;
  final ScheduledExecutorService timer;
  final Duration lookEvery;
  final Budget away = new Budget(FORWARD_MAX_CALLS, FORWARD_MAX_BYTES);

  /**
   * @param readers threads that may wait for the store
   */
  public WriteDesk(
      WireContext context,
      Headers headers,
      WriteAdmission admission,
      Executor readers,
      Forwarder forwarder,
      ScheduledExecutorService timer) {
    this(context, headers, admission, readers, forwarder, timer, LOOK_EVERY);
  }

  private WriteDesk(
      WireContext context,
      Headers headers,
      WriteAdmission admission,
      Executor readers,
      Forwarder forwarder,
      ScheduledExecutorService timer,
      Duration lookEvery) {
    this.context = context;
    this.headers = headers;
    this.admission = admission;
    this.readers = readers;
    this.forwarder = forwarder;
    this.timer = timer;
    this.lookEvery = lookEvery;
  }

  /**
   * One beside this, with as much room again, for writes that wait long before they are proposed.
   */
  public WriteDesk patient() {
    return new WriteDesk(
        context, headers, admission, readers, forwarder, timer, LOOK_EVERY_PATIENT);
  }

  /**
   * Has {@code command} decided; {@code answer} makes of its result what {@code method} responds.
   */
  public <R extends Message> CompletableFuture<Answer<R>> write(
      Call call,
      MethodDescriptor<?, R> method,
      Command command,
      Function<Result, Answer<R>> answer) {
    return write(call, method, command, Optional.empty(), answer);
  }

  /** The same; the leader does not propose it before {@code permits}, if there are any, say so. */
  public <R extends Message> CompletableFuture<Answer<R>> write(
      Call call,
      MethodDescriptor<?, R> method,
      Command command,
      Optional<Permits> permits,
      Function<Result, Answer<R>> answer) {
    WriteAttempt<R> attempt = new WriteAttempt<>(this, call, method, command, permits, answer);
    attempt.run();
    return attempt.outcome();
  }

  Failure overloaded() {
    return Failure.of(
            Reason.OVERLOADED,
            "%d writes or %d bytes of them wait for the leader, the most that may"
                .formatted(FORWARD_MAX_CALLS, FORWARD_MAX_BYTES))
        .retryAfter(away.refuse(context.ticker().nanos()));
  }
}
