// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

import java.time.Duration;

/** A lease that somebody holds, as the leader sees it. Immutable. */
public final class LeaseInfo {
  private final LeaseRef lease;
  private final String holder;
  private final Duration ttl;
  private final Duration remaining;
  private final byte[] metadata;
  private final long boundFacts;
  private final int waiters;

  /** For {@link Leases} to answer with, and for tests of those who ask. */
  public LeaseInfo(
      LeaseRef lease,
      String holder,
      Duration ttl,
      Duration remaining,
      byte[] metadata,
      long boundFacts,
      int waiters) {
    this.lease = lease;
    this.holder = holder;
    this.ttl = ttl;
    this.remaining = remaining;
    this.metadata = metadata.clone();
    this.boundFacts = boundFacts;
    this.waiters = waiters;
  }

  /** Name and token. */
  public LeaseRef lease() {
    return lease;
  }

  /** Who has it. */
  public String holder() {
    return holder;
  }

  /** How long it lives without a renewal. */
  public Duration ttl() {
    return ttl;
  }

  /** Until the leader would take it away; zero when it is being taken away. */
  public Duration remaining() {
    return remaining;
  }

  /** What the holder wrote beside it. */
  public byte[] metadata() {
    return metadata.clone();
  }

  /** How many facts are bound to it. */
  public long boundFacts() {
    return boundFacts;
  }

  /** How many wait for it. */
  public int waiters() {
    return waiters;
  }
}
