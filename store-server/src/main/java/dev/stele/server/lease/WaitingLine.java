// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.lease;

import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Who waits for one lease, and whose turn it is. One thread; the length is read by any. */
final class WaitingLine {
  private static final Comparator<Waiter> BY_PLACE =
      (one, other) -> {
        long ahead = one.placeNanos() - other.placeNanos();
        return ahead != 0 ? Long.signum(ahead) : Long.compare(one.sequence(), other.sequence());
      };

  private final TreeSet<Waiter> waiting = new TreeSet<>(BY_PLACE);
  private final Map<Waiter.Write, Waiter> byWrite = new HashMap<>();

  /** Those whose turn it is: more than one only when they are tries of one write. */
  private final Set<Waiter> turn = new LinkedHashSet<>();

  private volatile int length;

  /** How many wait; any thread. */
  int length() {
    return length;
  }

  boolean isIdle() {
    return waiting.isEmpty() && turn.isEmpty();
  }

  /** Whether it is somebody's turn. */
  boolean isTaken() {
    return !turn.isEmpty();
  }

  /** Whether it is the turn of an earlier try of what {@code waiter} waits for. */
  boolean isTurnOf(Waiter waiter) {
    return waiter.write().isPresent()
        && turn.stream().anyMatch(one -> one.write().equals(waiter.write()));
  }

  /** Whoever waits with the same write as {@code waiter}; taken out. */
  Optional<Waiter> takeEarlierTry(Waiter waiter) {
    Optional<Waiter> earlier = waiter.write().map(byWrite::get);
    earlier.ifPresent(this::take);
    return earlier;
  }

  void add(Waiter waiter) {
    waiting.add(waiter);
    waiter.write().ifPresent(write -> byWrite.put(write, waiter));
    length = waiting.size();
  }

  /** Takes {@code waiter} out of those who wait; whether it was one. */
  boolean take(Waiter waiter) {
    boolean waited = waiting.remove(waiter);
    if (waited) {
      waiter.write().ifPresent(byWrite::remove);
      length = waiting.size();
    }
    return waited;
  }

  /** Takes out who has waited longest. */
  Optional<Waiter> takeFirst() {
    if (waiting.isEmpty()) {
      return Optional.empty();
    }
    Waiter first = waiting.first();
    take(first);
    return Optional.of(first);
  }

  /** It is {@code waiter}'s turn. */
  void begin(Waiter waiter) {
    turn.add(waiter);
  }

  /** It is {@code waiter}'s turn no longer; whether it was. */
  boolean end(Waiter waiter) {
    return turn.remove(waiter);
  }
}
