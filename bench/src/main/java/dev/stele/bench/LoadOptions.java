// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench;

import java.time.Duration;

/**
 * What a load run does.
 *
 * @param operation what each client repeats
 * @param clients logical clients; each has one operation under way at a time
 * @param warmup time before anything is measured
 * @param duration measured time
 * @param valueBytes bytes of each value, 16 to 200,000: the first 16 name the write
 * @param keys keys that the clients share out among themselves; at least as many as clients
 * @param prefix what the keys begin with
 * @param verify whether every acknowledged write is looked for at the end; writes only
 * @param rate operations a second of all clients together, up to {@link Schedule#RATE_MAX}; 0: as
 *     fast as they complete
 */
public record LoadOptions(
    Operation operation,
    int clients,
    Duration warmup,
    Duration duration,
    int valueBytes,
    int keys,
    String prefix,
    boolean verify,
    int rate) {
  /** The greatest number of clients. */
  public static final int CLIENTS_MAX = 10_000;

  /** The greatest number of keys: what a kind holds by default. */
  public static final int KEYS_MAX = 100_000;

  /** The smallest and the greatest number of bytes of a value. */
  public static final int VALUE_BYTES_MIN = Stamp.BYTES;

  /** See {@link #VALUE_BYTES_MIN}. */
  public static final int VALUE_BYTES_MAX = 200_000;

  /** What is repeated. */
  public enum Operation {
    /** Each client writes its own keys in turn. */
    PUT,
    /** Each client reads its own keys in turn, which are written before. */
    GET
  }

  /** Checks the ranges; the message of the exception is for people. */
  public LoadOptions {
    within("clients", clients, 1, CLIENTS_MAX);
    within("keys", keys, clients, KEYS_MAX);
    within("value bytes", valueBytes, VALUE_BYTES_MIN, VALUE_BYTES_MAX);
    within("rate", rate, 0, Schedule.RATE_MAX);
    if (duration.isZero() || duration.isNegative() || warmup.isNegative()) {
      throw new IllegalArgumentException("the duration must be longer than nothing");
    }
    if (verify && operation != Operation.PUT) {
      throw new IllegalArgumentException("only writes can be verified");
    }
  }

  String key(int index) {
    return prefix + String.format("%06d", index);
  }

  private static void within(String what, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          what + ": " + value + " is not between " + min + " and " + max);
    }
  }
}
