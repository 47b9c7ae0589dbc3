// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a put asks for beyond its key and body. Immutable.
 *
 * @param expect the condition on the fact
 * @param lease binds the fact to a lease, which must be held: {@code FencedException} otherwise
 * @param guards leases that must be held, up to 16: {@code FencedException} otherwise
 */
public record PutOptions(Expect expect, Optional<LeaseRef> lease, List<LeaseRef> guards) {
  private static final PutOptions NONE =
      new PutOptions(Expect.anything(), Optional.empty(), List.of());

  public PutOptions {
    Objects.requireNonNull(expect, "expect");
    Objects.requireNonNull(lease, "lease");
    guards = List.copyOf(guards);
  }

  /** Nothing more. */
  public static PutOptions none() {
    return NONE;
  }

  /** The same under this condition. */
  public PutOptions expect(Expect condition) {
    return new PutOptions(condition, lease, guards);
  }

  /** The same, binding the fact to {@code held}. */
  public PutOptions boundTo(LeaseRef held) {
    return new PutOptions(expect, Optional.of(held), guards);
  }

  /** The same, guarded by these leases too. */
  public PutOptions guardedBy(List<LeaseRef> held) {
    if (held.isEmpty()) {
      return this;
    }
    List<LeaseRef> all = new ArrayList<>(guards);
    all.addAll(held);
    return new PutOptions(expect, lease, all);
  }
}
