// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.lease;

import dev.stele.server.core.session.SessionId;
import dev.stele.server.core.session.SessionTag;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Somebody who waits for a lease: the future that the caller holds. */
class Waiter extends CompletableFuture<LeaseDesk.Turn> {
  private final String name;
  private final Optional<Write> write;
  private final long placeNanos;
  private final long deadlineNanos;
  private long sequence;

  /**
   * @param placeNanos when it began to wait, here or elsewhere, on this node's ticker
   */
  Waiter(String name, Optional<SessionTag> tag, long placeNanos, long deadlineNanos) {
    this.name = name;
    this.write = tag.map(it -> new Write(it.id(), it.sequence()));
    this.placeNanos = placeNanos;
    this.deadlineNanos = deadlineNanos;
  }

  /** The write that is to acquire the lease: what all tries of it have in common. */
  record Write(SessionId session, long sequence) {}

  String name() {
    return name;
  }

  Optional<Write> write() {
    return write;
  }

  long placeNanos() {
    return placeNanos;
  }

  long deadlineNanos() {
    return deadlineNanos;
  }

  /** Tells those apart that came in the same moment; set by the line. */
  long sequence() {
    return sequence;
  }

  void sequence(long next) {
    sequence = next;
  }
}
