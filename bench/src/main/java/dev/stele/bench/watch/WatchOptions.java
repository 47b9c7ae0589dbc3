// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.watch;

import java.time.Duration;

/**
 * What a watch run does.
 *
 * @param watchers watches that are measured, up to {@link #WATCHERS_MAX}
 * @param stalled watches besides, that read nothing in the measured time
 * @param streams connections that carry the watches, a stream each; as many again carry the stalled
 * @param ownKeys whether each watch sees one key of its own, or all see all keys
 * @param rate writes a second, whether or not earlier ones were acknowledged
 * @param keys keys that are written in turn; the first {@code watchers} of them are watched when
 *     each watch has its own
 * @param warmup time before anything is measured
 * @param duration measured time
 * @param valueBytes bytes of each value, from {@link #VALUE_BYTES_MIN}
 * @param prefix what the keys begin with
 * @param fromRevision where one more watch begins once the measured time does; 0: none does
 */
public record WatchOptions(
    int watchers,
    int stalled,
    int streams,
    boolean ownKeys,
    int rate,
    int keys,
    Duration warmup,
    Duration duration,
    int valueBytes,
    String prefix,
    long fromRevision) {
  /** The greatest number of watches of each sort. */
  public static final int WATCHERS_MAX = 100_000;

  /** The greatest number of connections of each sort. */
  public static final int STREAMS_MAX = 1_000;

  /** The greatest number of writes a second. */
  public static final int RATE_MAX = 100_000;

  /** The least bytes of a value: it holds when it was written. */
  public static final int VALUE_BYTES_MIN = Long.BYTES;

  /** The most bytes of a value. */
  public static final int VALUE_BYTES_MAX = 16_000;

  private static final int KEYS_MAX = 100_000;

  /** Checks the ranges; the message of the exception is for people. */
  public WatchOptions {
    within("watchers", watchers, 1, WATCHERS_MAX);
    within("stalled", stalled, 0, WATCHERS_MAX);
    within("connections", streams, 1, STREAMS_MAX);
    within("rate", rate, 1, RATE_MAX);
    within("keys", keys, ownKeys ? watchers : 1, KEYS_MAX);
    within("value bytes", valueBytes, VALUE_BYTES_MIN, VALUE_BYTES_MAX);
    if (duration.isZero() || duration.isNegative() || warmup.isNegative()) {
      throw new IllegalArgumentException("the duration must be longer than nothing");
    }
    if (fromRevision < 0) {
      throw new IllegalArgumentException("from: " + fromRevision + " is negative");
    }
  }

  String key(int index) {
    return prefix + String.format("%06d", index);
  }

  /** What the watch {@code number} sees. */
  Selection selection(int number) {
    return ownKeys ? Selection.key(key(number % keys)) : Selection.prefix(prefix);
  }

  private static void within(String what, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          what + ": " + value + " is not between " + min + " and " + max);
    }
  }
}
