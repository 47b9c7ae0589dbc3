// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.pipe;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Calls on their way to the loop, from any threads. The calls themselves are the links of a stack
 * (R. K. Treiber, "Systems Programming: Coping with Parallelism", 1986) that is only ever taken as
 * a whole, so that nothing is allocated and nothing is taken twice.
 */
final class Inbox {
  private final AtomicReference<@Nullable PipedCall> newest = new AtomicReference<>();

  /** Whether it was empty: then somebody has to be told. */
  boolean add(PipedCall call) {
    PipedCall before = newest.get();
    call.next = before;
    while (!newest.compareAndSet(before, call)) {
      before = newest.get();
      call.next = before;
    }
    return before == null;
  }

  /** All calls, the oldest first, each with the next one behind it. */
  @Nullable PipedCall takeAll() {
    PipedCall call = newest.getAndSet(null);
    PipedCall oldest = null;
    while (call != null) {
      PipedCall older = call.next;
      call.next = oldest;
      oldest = call;
      call = older;
    }
    return oldest;
  }
}
