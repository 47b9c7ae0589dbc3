// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire;

import dev.stele.server.core.model.LeaseRef;
import dev.stele.server.core.session.SessionTag;
import dev.stele.server.lease.LeaseDesk;
import dev.stele.server.lease.Renewal;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** A desk that answers what the test says: everything at once unless it says something else. */
final class ScriptedLeases implements LeaseDesk {
  /** Answers renewals. */
  volatile Function<LeaseRef, CompletableFuture<Renewal>> renewals =
      lease -> CompletableFuture.completedFuture(new Renewal.Renewed(10_000));

  /** Whether waits get their turn only from the test. */
  volatile boolean holdsWaits;

  /** Waits, in the order in which they came. */
  final BlockingQueue<Waiting> line = new LinkedBlockingQueue<>();

  final Map<LeaseRef, Long> remaining = new ConcurrentHashMap<>();
  final AtomicInteger renewalsAsked = new AtomicInteger();
  final AtomicInteger turnsDone = new AtomicInteger();

  /** One that waits. */
  record Waiting(
      String name,
      Optional<SessionTag> tag,
      long waitedNanos,
      long deadlineNanos,
      CompletableFuture<Turn> turn) {}

  Turn.Yours yours() {
    return new Turn.Yours(turnsDone::incrementAndGet);
  }

  @Override
  public CompletableFuture<Renewal> renew(LeaseRef lease, long deadlineNanos) {
    renewalsAsked.incrementAndGet();
    return renewals.apply(lease);
  }

  @Override
  public CompletableFuture<Turn> awaitTurn(
      String name, Optional<SessionTag> tag, long waitedNanos, long deadlineNanos) {
    CompletableFuture<Turn> turn = new CompletableFuture<>();
    line.add(new Waiting(name, tag, waitedNanos, deadlineNanos, turn));
    if (!holdsWaits) {
      turn.complete(yours());
    }
    return turn;
  }

  @Override
  public OptionalLong remainingMillis(LeaseRef lease) {
    Long millis = remaining.get(lease);
    return millis == null ? OptionalLong.empty() : OptionalLong.of(millis);
  }

  @Override
  public int waiters(String name) {
    return (int) line.stream().filter(it -> it.name().equals(name) && !it.turn().isDone()).count();
  }
}
