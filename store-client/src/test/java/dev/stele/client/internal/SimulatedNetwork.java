// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal;

import dev.stele.client.error.Reason;
import dev.stele.client.internal.ModelStore.Answer;
import dev.stele.proto.v1.HelloResponse;
import dev.stele.proto.v1.PutRequest;
import dev.stele.proto.v1.PutResponse;
import dev.stele.proto.v1.ResponseHeader;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * Three nodes in front of one {@link ModelStore}, and a network that loses, delays, repeats and
 * resets. What is decided is decided at once; what goes wrong goes wrong around it.
 */
final class SimulatedNetwork {
  private static final int NODES = 3;

  /** Of a hundred deliveries, while faults are on. */
  private int faultPercent = 25;

  private final SimulatedTime time;
  private final ModelStore store;
  private final Random random;
  private final SessionWitness witness;
  private final UnaryOperator<PutRequest> mutation;
  private int leader;
  private int term = 1;

  SimulatedNetwork(
      SimulatedTime time,
      ModelStore store,
      Random random,
      SessionWitness witness,
      UnaryOperator<PutRequest> mutation) {
    this.time = time;
    this.store = store;
    this.random = random;
    this.witness = witness;
    this.mutation = mutation;
  }

  void elect() {
    leader = random.nextInt(NODES);
    term++;
  }

  void heal() {
    faultPercent = 0;
  }

  /** A request leaves the client. */
  void send(int node, SimulatedExchange call, Object message) {
    if (fault(4)) {
      call.closeUnsent(Status.UNAVAILABLE.withDescription("can't connect"));
      return;
    }
    call.sent();
    if (!(message instanceof PutRequest put)) {
      deliver(() -> call.answer(HelloResponse.newBuilder().setHeader(header(node)).build()), call);
      return;
    }
    PutRequest onTheWire = mutation.apply(put);
    witness.sent(onTheWire);
    deliver(() -> arrive(node, call, onTheWire), call);
  }

  private void deliver(Runnable arrival, SimulatedExchange call) {
    if (fault(8)) {
      return;
    }
    if (fault(8)) {
      time.schedule(
          delayNanos(), () -> call.close(Status.UNAVAILABLE.withDescription("reset"), null));
    }
    time.schedule(fault(6) ? longNanos() : delayNanos(), arrival);
  }

  private void arrive(int node, SimulatedExchange call, PutRequest put) {
    boolean forwards = random.nextBoolean();
    if (node != leader && !forwards) {
      refuse(
          call,
          Errors.of(
              Status.Code.UNAVAILABLE,
              Reason.NOT_LEADER,
              Map.of("leaderEndpoint", address(leader))));
    } else if (fault(6)) {
      refuse(call, Errors.of(Status.Code.UNAVAILABLE, Reason.NO_QUORUM));
    } else if (fault(6)) {
      refuse(
          call,
          Errors.of(
              Status.Code.RESOURCE_EXHAUSTED,
              Reason.OVERLOADED.name(),
              Map.of(),
              null,
              random.nextBoolean() ? Duration.ofMillis(20) : null));
    } else if (fault(6)) {
      // Proposed, and then the leader is gone: it is committed later, or never.
      if (random.nextBoolean()) {
        time.schedule(longNanos(), () -> store.put(put));
      }
      refuse(call, Errors.of(Status.Code.UNAVAILABLE, Reason.OUTCOME_UNKNOWN));
    } else {
      decide(node, call, put);
    }
  }

  private void decide(int node, SimulatedExchange call, PutRequest put) {
    Answer answer = store.put(put);
    boolean kept = answer.refusal() == null || answer.refusal() == Reason.ALREADY_EXISTS;
    if (kept && fault(8)) {
      // A copy on its way by itself: it arrives some day, and nobody hears the answer. There is
      // none
      // of what was refused without a trace, since a node that refuses passes nothing on.
      time.schedule(longNanos(), () -> store.put(put));
    }
    if (fault(10)) {
      return;
    }
    if (answer.refusal() != null) {
      refuse(call, Errors.of(code(answer.refusal()), answer.refusal()));
      return;
    }
    PutResponse response =
        PutResponse.newBuilder()
            .setHeader(header(node))
            .setRevision(answer.revision())
            .setDuplicate(answer.duplicate())
            .build();
    time.schedule(delayNanos(), () -> call.answer(response));
  }

  private void refuse(SimulatedExchange call, StatusRuntimeException error) {
    time.schedule(delayNanos(), () -> call.close(error.getStatus(), error.getTrailers()));
  }

  private static Status.Code code(Reason reason) {
    return switch (reason) {
      case ALREADY_EXISTS -> Status.Code.ALREADY_EXISTS;
      case WINDOW_FULL, LIMIT_REACHED -> Status.Code.RESOURCE_EXHAUSTED;
      case SEQUENCE_REUSED -> Status.Code.INVALID_ARGUMENT;
      default -> Status.Code.FAILED_PRECONDITION;
    };
  }

  private ResponseHeader header(int node) {
    return FakeCluster.header(address(node), address(leader), term, store.revision()).toBuilder()
        .setStoreTimeMillis(store.timeMillis())
        .build();
  }

  static String address(int node) {
    return (char) ('a' + node) + ":1";
  }

  /** True about {@code share} times in a hundred of the faulty deliveries. */
  private boolean fault(int share) {
    return random.nextInt(100) < share * faultPercent / 25;
  }

  /** Whether a stream comes about. */
  boolean connects() {
    return !fault(4);
  }

  long delayNanos() {
    return TimeUnit.MICROSECONDS.toNanos(100 + random.nextInt(20_000));
  }

  /** From a moment to hours. */
  private long longNanos() {
    return TimeUnit.MILLISECONDS.toNanos(1L << random.nextInt(24));
  }
}
