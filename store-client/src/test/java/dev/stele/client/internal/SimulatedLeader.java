// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal;

import dev.stele.client.error.Reason;
import dev.stele.proto.v1.AcquireLeaseRequest;
import dev.stele.proto.v1.AcquireLeaseResponse;
import dev.stele.proto.v1.HelloResponse;
import dev.stele.proto.v1.KeepAliveRequest;
import dev.stele.proto.v1.KeepAliveResponse;
import dev.stele.proto.v1.LeaseRef;
import dev.stele.proto.v1.ReleaseLeaseRequest;
import dev.stele.proto.v1.ReleaseLeaseResponse;
import dev.stele.proto.v1.RenewLeaseRequest;
import dev.stele.proto.v1.RenewLeaseResponse;
import dev.stele.proto.v1.Renewal;
import dev.stele.proto.v1.ResponseHeader;
import dev.stele.proto.v1.SessionTag;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Leases as a leader keeps them, at its strictest: each is taken away the very moment that it may
 * be. A new leader gives every lease its TTL anew.
 */
final class SimulatedLeader {
  /** What the leader says to one request. */
  interface Reply {
    void answer(Object message);

    void refuse(StatusRuntimeException error);
  }

  private record Held(LeaseRef lease, long ttlMillis, long untilNanos) {}

  private record Write(com.google.protobuf.ByteString session, long sequence) {}

  private final SimulatedTime time;
  private final Random random;
  private final double ttlShare;
  private final BiConsumer<String, Long> takenAway;
  private final Map<String, Held> held = new HashMap<>();
  private final Map<Write, Object> decided = new HashMap<>();
  private long revision = 10;
  private int leader;
  private int term = 1;

  /**
   * A cluster of three.
   *
   * @param ttlShare of the TTL that a lease really gets: 1, or less to plant a fault
   * @param takenAway told whenever a lease is no longer held under a token
   */
  SimulatedLeader(
      SimulatedTime time, Random random, double ttlShare, BiConsumer<String, Long> takenAway) {
    this.time = time;
    this.random = random;
    this.ttlShare = ttlShare;
    this.takenAway = takenAway;
  }

  int leader() {
    return leader;
  }

  int term() {
    return term;
  }

  void elect() {
    leader = random.nextInt(3);
    term++;
    held.replaceAll((name, lease) -> given(lease.lease(), lease.ttlMillis()));
  }

  ResponseHeader header(int node) {
    return FakeCluster.header(
            SimulatedNetwork.address(node), SimulatedNetwork.address(leader), term, revision)
        .toBuilder()
        .setStoreTimeMillis(TimeUnit.NANOSECONDS.toMillis(time.nanoTime()))
        .build();
  }

  private Held given(LeaseRef lease, long ttlMillis) {
    long nanos = (long) (TimeUnit.MILLISECONDS.toNanos(ttlMillis) * ttlShare);
    Held given = new Held(lease, ttlMillis, time.nanoTime() + nanos);
    time.schedule(nanos, () -> expire(lease.getName()));
    return given;
  }

  private void expire(String name) {
    Held lease = held.get(name);
    if (lease != null && time.nanoTime() >= lease.untilNanos()) {
      end(lease);
    }
  }

  private void end(Held lease) {
    revision++;
    held.remove(lease.lease().getName());
    takenAway.accept(lease.lease().getName(), lease.lease().getToken());
  }

  private boolean isCurrent(LeaseRef lease) {
    Held found = held.get(lease.getName());
    return found != null && found.lease().equals(lease);
  }

  void handle(Object message, Reply reply) {
    if (message instanceof AcquireLeaseRequest acquire) {
      long until = time.nanoTime() + TimeUnit.MILLISECONDS.toNanos(acquire.getWaitMillis());
      acquire(acquire, until, term, reply);
    } else if (message instanceof ReleaseLeaseRequest release) {
      release(release, reply);
    } else if (message instanceof RenewLeaseRequest renew) {
      renewed(
          renew.getLease(),
          term,
          outcome -> {
            if (outcome.hasRenewedTtlMillis()) {
              reply.answer(
                  RenewLeaseResponse.newBuilder()
                      .setHeader(header(leader))
                      .setTtlMillis(outcome.getRenewedTtlMillis())
                      .build());
            } else {
              reply.refuse(Errors.of(Status.Code.FAILED_PRECONDITION, Reason.FENCED));
            }
          });
    } else {
      reply.answer(HelloResponse.newBuilder().setHeader(header(leader)).build());
    }
  }

  private void acquire(AcquireLeaseRequest request, long untilNanos, int inTerm, Reply reply) {
    SessionTag tag = request.getHeader().getSession();
    Write write = new Write(tag.getId(), tag.getSequence());
    if (decided.get(write) instanceof AcquireLeaseResponse stored) {
      reply.answer(stored.toBuilder().setHeader(header(leader)).setDuplicate(true).build());
      return;
    }
    if (inTerm != term) {
      reply.refuse(Errors.of(Status.Code.UNAVAILABLE, Reason.NO_QUORUM));
    } else if (!held.containsKey(request.getName())) {
      revision++;
      LeaseRef lease = LeaseRef.newBuilder().setName(request.getName()).setToken(revision).build();
      held.put(request.getName(), given(lease, request.getTtlMillis()));
      AcquireLeaseResponse answer =
          AcquireLeaseResponse.newBuilder()
              .setHeader(header(leader))
              .setName(request.getName())
              .setToken(revision)
              .setTtlMillis(request.getTtlMillis())
              .build();
      decided.put(write, answer);
      reply.answer(answer);
    } else if (time.nanoTime() >= untilNanos) {
      reply.refuse(Errors.of(Status.Code.FAILED_PRECONDITION, Reason.LEASE_HELD));
    } else {
      time.schedule(
          TimeUnit.MILLISECONDS.toNanos(5 + random.nextInt(50)),
          () -> acquire(request, untilNanos, inTerm, reply));
    }
  }

  private void release(ReleaseLeaseRequest request, Reply reply) {
    if (isCurrent(request.getLease())) {
      end(held.get(request.getLease().getName()));
      reply.answer(
          ReleaseLeaseResponse.newBuilder()
              .setHeader(header(leader))
              .setRevision(revision)
              .build());
    } else {
      reply.refuse(Errors.of(Status.Code.FAILED_PRECONDITION, Reason.FENCED));
    }
  }

  void keepAlive(KeepAliveRequest request, int inTerm, Consumer<KeepAliveResponse> answer) {
    for (LeaseRef lease : request.getLeasesList()) {
      renewed(
          lease,
          inTerm,
          outcome ->
              answer.accept(
                  KeepAliveResponse.newBuilder()
                      .setHeader(header(leader))
                      .setBatch(request.getBatch())
                      .addRenewals(outcome)
                      .build()));
    }
  }

  /** It arrives now, and is decided after a round; in a later term nobody answers it. */
  private void renewed(LeaseRef lease, int inTerm, Consumer<Renewal> outcome) {
    long arrivedNanos = time.nanoTime();
    long roundNanos = TimeUnit.MICROSECONDS.toNanos(200 + random.nextInt(40_000));
    time.schedule(
        roundNanos,
        () -> {
          if (inTerm != term) {
            return;
          }
          Renewal.Builder renewal = Renewal.newBuilder().setLease(lease);
          if (random.nextInt(20) == 0) {
            outcome.accept(renewal.setNotConfirmed("no majority").build());
          } else if (isCurrent(lease)) {
            outcome.accept(renewal.setRenewedTtlMillis(extend(lease, arrivedNanos)).build());
          } else {
            outcome.accept(renewal.setLost("not held").build());
          }
        });
  }

  private long extend(LeaseRef lease, long arrivedNanos) {
    Held before = held.get(lease.getName());
    long nanos = (long) (TimeUnit.MILLISECONDS.toNanos(before.ttlMillis()) * ttlShare);
    long until = Math.max(before.untilNanos(), arrivedNanos + nanos);
    held.put(lease.getName(), new Held(lease, before.ttlMillis(), until));
    time.schedule(until - time.nanoTime(), () -> expire(lease.getName()));
    return before.ttlMillis();
  }
}
