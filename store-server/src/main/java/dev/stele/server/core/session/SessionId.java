// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.session;

/** The 128 bits that a client drew for one of its sessions. Ordered as its bytes are, unsigned. */
public record SessionId(long high, long low) implements Comparable<SessionId> {
  /** Bytes of an id. */
  public static final int BYTES = 16;

  @Override
  public int compareTo(SessionId other) {
    int byHigh = Long.compareUnsigned(high, other.high);
    return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
  }

  /** 32 hexadecimal digits. */
  @Override
  public String toString() {
    return "%016x%016x".formatted(high, low);
  }
}
