// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.intake;

import java.time.Duration;

/**
 * How many refusals one connection gets before it is read more slowly. Refusing costs little, but
 * it is work that a caller who asks again at once, or sends nothing but nonsense, can make without
 * end, and everybody else's calls wait behind it. A bucket of tokens, one a refusal. Thread-safe.
 */
final class Refusals {
  /** Refusals in a row that cost the connection nothing. */
  static final int BURST = 200;

  /** Refusals a second, in the long run, that cost it nothing. */
  static final int PER_SECOND = 100;

  /** The longest that it is not read; shorter than any sensible keepalive. */
  static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

  private static final double NANOS_PER_TOKEN = 1e9 / PER_SECOND;

  private double tokens = BURST;
  private long lastNanos;
  private boolean began;

  /** One more at {@code nowNanos}; says for how long nothing should be read now. */
  synchronized Duration one(long nowNanos) {
    if (began) {
      tokens = Math.min(BURST, tokens + (nowNanos - lastNanos) / NANOS_PER_TOKEN);
    }
    began = true;
    lastNanos = nowNanos;
    tokens -= 1;
    if (tokens >= 0) {
      return Duration.ZERO;
    }
    long nanos = (long) (-tokens * NANOS_PER_TOKEN);
    if (nanos > LONGEST_PAUSE.toNanos()) {
      // What is beyond the longest pause is forgiven.
      tokens = -LONGEST_PAUSE.toNanos() / NANOS_PER_TOKEN;
      return LONGEST_PAUSE;
    }
    return Duration.ofNanos(nanos);
  }
}
