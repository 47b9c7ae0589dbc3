// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.propose;

import dev.stele.server.core.command.Command;
import dev.stele.server.port.Origin;
import dev.stele.server.port.Proposal;
import java.util.Comparator;
import java.util.concurrent.CompletableFuture;

/** A command on its way, and the future that its caller holds: one object for both. */
final class Pending extends CompletableFuture<Proposal> {
  /** Whose turn it is; no two are equal in one queue. */
  static final Comparator<Pending> BY_TURN = Pending::byTurn;

  private final Command command;
  private final int bytes;
  private final long deadlineNanos;
  private final long decidedBefore;
  private final Origin origin;

  /** Set by the queue, before anybody else sees it there. */
  private long turn;

  private long arrival;

  /**
   * @param bytes that it adds to an entry, at most
   * @param decidedBefore how many entries had been decided when it came
   */
  Pending(Command command, int bytes, long deadlineNanos, long decidedBefore, Origin origin) {
    this.command = command;
    this.bytes = bytes;
    this.deadlineNanos = deadlineNanos;
    this.decidedBefore = decidedBefore;
    this.origin = origin;
  }

  /** A comparator of two keys would make ten calls of this one, for each of ten places. */
  private static int byTurn(Pending one, Pending other) {
    return one.turn != other.turn
        ? Long.compare(one.turn, other.turn)
        : Long.compare(one.arrival, other.arrival);
  }

  Command command() {
    return command;
  }

  int bytes() {
    return bytes;
  }

  long deadlineNanos() {
    return deadlineNanos;
  }

  long decidedBefore() {
    return decidedBefore;
  }

  Origin origin() {
    return origin;
  }

  boolean isLate(long nowNanos) {
    return nowNanos - deadlineNanos >= 0;
  }

  void line(long newTurn, long newArrival) {
    turn = newTurn;
    arrival = newArrival;
  }

  long turn() {
    return turn;
  }
}
