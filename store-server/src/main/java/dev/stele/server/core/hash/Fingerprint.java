// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.hash;

import java.nio.charset.StandardCharsets;

/**
 * A 64-bit hash of a sequence of fields: the {@link Xxh64} of each is seeded with that of those
 * before it. Numbers count as eight bytes, lowest first. XXH64 takes the length of its input in, so
 * fields don't run into each other; what may be there or not, or many times, is told first.
 */
public final class Fingerprint {
  private long hash;

  private Fingerprint(long seed) {
    hash = seed;
  }

  /** An empty sequence; things of different types begin with different numbers. */
  public static Fingerprint of(int type) {
    return new Fingerprint(type);
  }

  public Fingerprint add(long value) {
    hash = Xxh64.hash(value, hash);
    return this;
  }

  public Fingerprint add(boolean value) {
    return add(value ? 1 : 0);
  }

  public Fingerprint add(byte[] value) {
    hash = Xxh64.hash(value, hash);
    return this;
  }

  /** The UTF-8 of {@code value}. */
  public Fingerprint add(String value) {
    return add(value.getBytes(StandardCharsets.UTF_8));
  }

  /** The hash of what was added so far. */
  public long value() {
    return hash;
  }
}
