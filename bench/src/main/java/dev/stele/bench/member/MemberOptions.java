// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.member;

import java.time.Duration;

/**
 * What a run does.
 *
 * @param members registered at a time: up to {@link #MEMBERS_MAX}
 * @param ttl of each one's lease
 * @param duration measured time
 * @param prefix what their names begin with
 */
public record MemberOptions(int members, Duration ttl, Duration duration, String prefix) {
  /** The greatest number of members. */
  public static final int MEMBERS_MAX = 100_000;

  /** Checks the ranges; the message of the exception is for people. */
  public MemberOptions {
    if (members < 1 || members > MEMBERS_MAX) {
      throw new IllegalArgumentException(
          "members: " + members + " is not between 1 and " + MEMBERS_MAX);
    }
    if (duration.isZero() || duration.isNegative()) {
      throw new IllegalArgumentException("the duration must be longer than nothing");
    }
  }
}
