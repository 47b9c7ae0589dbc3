// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.lease;

import java.util.ArrayList;
import java.util.List;

/** Renewals that wait for the same. Those who are late are only looked for when somebody is. */
final class RenewalList {
  private List<PendingRenewal> all = new ArrayList<>(0);
  private long earliestNanos;

  void add(PendingRenewal renewal) {
    if (all.isEmpty() || renewal.deadlineNanos() - earliestNanos < 0) {
      earliestNanos = renewal.deadlineNanos();
    }
    all.add(renewal);
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  /** Takes all of them out, in the order in which they came. */
  List<PendingRenewal> takeAll() {
    List<PendingRenewal> taken = all;
    all = new ArrayList<>(0);
    return taken;
  }

  /** Takes out those whose deadlines have passed at {@code ticks}. */
  List<PendingRenewal> takeLate(long ticks) {
    if (all.isEmpty() || ticks - earliestNanos < 0) {
      return List.of();
    }
    List<PendingRenewal> late = new ArrayList<>();
    for (PendingRenewal renewal : takeAll()) {
      if (ticks - renewal.deadlineNanos() >= 0) {
        late.add(renewal);
      } else {
        add(renewal);
      }
    }
    return late;
  }
}
