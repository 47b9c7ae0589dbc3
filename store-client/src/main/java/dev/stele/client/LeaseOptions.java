// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * What an acquisition asks for. Immutable. The server checks lengths and the range of the TTL (500
 * ms to 24 h) and names the field that is wrong.
 */
public final class LeaseOptions {
  /** The longest of all durations here, so that they can be counted in nanoseconds. */
  public static final Duration MAX_DURATION = Duration.ofDays(366);

  private final Duration ttl;
  private final Optional<String> holder;
  private final byte[] metadata;
  private final Duration wait;

  private LeaseOptions(Duration ttl, Optional<String> holder, byte[] metadata, Duration wait) {
    this.ttl = ttl;
    this.holder = holder;
    this.metadata = metadata;
    this.wait = wait;
  }

  /**
   * A lease that lives so long without a renewal; whole milliseconds count. Held by this client's
   * own name (host, process and a random number), without metadata, without waiting.
   *
   * @throws IllegalArgumentException when it is negative or longer than {@link #MAX_DURATION}
   */
  public static LeaseOptions ttl(Duration ttl) {
    return new LeaseOptions(check("ttl", ttl), Optional.empty(), new byte[0], Duration.ZERO);
  }

  /**
   * The same by this holder, 1 to 256 bytes: who has it, for people and for hand-overs. Two
   * processes may use one name, and only one of them gets the lease.
   *
   * @throws IllegalArgumentException when it is no well-formed Unicode
   */
  public LeaseOptions holder(String name) {
    Utf8.check("holder", name);
    return new LeaseOptions(ttl, Optional.of(name), metadata, wait);
  }

  /** The same with these bytes beside it, at most 1 KiB, for whoever reads the lease. */
  public LeaseOptions metadata(byte[] bytes) {
    return new LeaseOptions(ttl, holder, bytes.clone(), wait);
  }

  /**
   * The same, waiting so long in order of arrival while somebody else has it.
   *
   * @throws IllegalArgumentException when it is negative or longer than {@link #MAX_DURATION}
   */
  public LeaseOptions waitingUpTo(Duration longest) {
    return new LeaseOptions(ttl, holder, metadata, check("wait", longest));
  }

  public Duration ttl() {
    return ttl;
  }

  /** Empty: the client's own name. */
  public Optional<String> holder() {
    return holder;
  }

  public byte[] metadata() {
    return metadata.clone();
  }

  /** How long to wait; zero: not at all. */
  public Duration longestWait() {
    return wait;
  }

  private static Duration check(String name, Duration duration) {
    Objects.requireNonNull(duration, name);
    if (duration.isNegative() || duration.compareTo(MAX_DURATION) > 0) {
      throw new IllegalArgumentException(
          name + " is " + duration + ", zero to " + MAX_DURATION + " is allowed");
    }
    return duration;
  }
}
