// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.hash;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * XXH64, a published 64-bit hash (Yann Collet, "xxHash fast digest algorithm", specification 0.1.1,
 * section "XXH64 algorithm description"). Fast, the same on every machine, and no protection
 * against who means harm.
 */
public final class Xxh64 {
  private static final long PRIME_1 = 0x9E3779B185EBCA87L;
  private static final long PRIME_2 = 0xC2B2AE3D27D4EB4FL;
  private static final long PRIME_3 = 0x165667B19E3779F9L;
  private static final long PRIME_4 = 0x85EBCA77C2B2AE63L;
  private static final long PRIME_5 = 0x27D4EB2F165667C5L;
  private static final int STRIPE_BYTES = 32;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private Xxh64() {}

  /** The hash of {@code input}. */
  public static long hash(byte[] input, long seed) {
    int at = 0;
    long hash;
    if (input.length >= STRIPE_BYTES) {
      long one = seed + PRIME_1 + PRIME_2;
      long two = seed + PRIME_2;
      long three = seed;
      long four = seed - PRIME_1;
      for (; at <= input.length - STRIPE_BYTES; at += STRIPE_BYTES) {
        one = round(one, (long) LONGS.get(input, at));
        two = round(two, (long) LONGS.get(input, at + 8));
        three = round(three, (long) LONGS.get(input, at + 16));
        four = round(four, (long) LONGS.get(input, at + 24));
      }
      hash =
          Long.rotateLeft(one, 1)
              + Long.rotateLeft(two, 7)
              + Long.rotateLeft(three, 12)
              + Long.rotateLeft(four, 18);
      hash = merge(merge(merge(merge(hash, one), two), three), four);
    } else {
      hash = seed + PRIME_5;
    }
    return avalanche(tail(hash + input.length, input, at));
  }

  /** The hash of the eight bytes of {@code value}, lowest first. */
  public static long hash(long value, long seed) {
    return avalanche(eightBytes(seed + PRIME_5 + Long.BYTES, value));
  }

  private static long tail(long start, byte[] input, int from) {
    long hash = start;
    int at = from;
    for (; at <= input.length - Long.BYTES; at += Long.BYTES) {
      hash = eightBytes(hash, (long) LONGS.get(input, at));
    }
    if (at <= input.length - Integer.BYTES) {
      hash ^= ((int) INTS.get(input, at) & 0xFFFFFFFFL) * PRIME_1;
      hash = Long.rotateLeft(hash, 23) * PRIME_2 + PRIME_3;
      at += Integer.BYTES;
    }
    for (; at < input.length; at++) {
      hash ^= (input[at] & 0xFFL) * PRIME_5;
      hash = Long.rotateLeft(hash, 11) * PRIME_1;
    }
    return hash;
  }

  private static long eightBytes(long hash, long value) {
    return Long.rotateLeft(hash ^ round(0, value), 27) * PRIME_1 + PRIME_4;
  }

  private static long round(long lane, long value) {
    return Long.rotateLeft(lane + value * PRIME_2, 31) * PRIME_1;
  }

  private static long merge(long hash, long lane) {
    return (hash ^ round(0, lane)) * PRIME_1 + PRIME_4;
  }

  private static long avalanche(long start) {
    long hash = start;
    hash = (hash ^ (hash >>> 33)) * PRIME_2;
    hash = (hash ^ (hash >>> 29)) * PRIME_3;
    return hash ^ (hash >>> 32);
  }
}
