// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.lease;

import java.util.Optional;

/** A wait, and since when it truly waits. */
final class SimWaiter extends Waiter {
  final long sinceNanos;

  SimWaiter(String name, long placeNanos, long deadlineNanos, long sinceNanos) {
    super(name, Optional.empty(), placeNanos, deadlineNanos);
    this.sinceNanos = sinceNanos;
  }
}
