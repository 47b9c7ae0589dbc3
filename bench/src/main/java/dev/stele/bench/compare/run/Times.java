// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.run;

import java.time.Duration;

/**
 * How long things take.
 *
 * @param warmup load of all rows before the first one, for servers that are compiled before they
 *     run
 * @param jvmWarmup the same for servers on JVMs
 * @param limitWarmup the same for what only tells the limits
 * @param row measured time of a row
 * @param single measured time of a row with one client
 * @param settle load before the measured time of a row, not measured
 * @param kills of leaders in the failover row
 * @param restartKeys keys that are there when a node is started again
 */
public record Times(
    Duration warmup,
    Duration jvmWarmup,
    Duration limitWarmup,
    Duration row,
    Duration single,
    Duration settle,
    int kills,
    int restartKeys) {
  /** For figures that are to be told. */
  public static final Times FULL =
      new Times(
          seconds(40), seconds(100), seconds(20), seconds(5), seconds(4), millis(500), 2, 200_000);

  /** For a look. */
  public static final Times QUICK =
      new Times(
          seconds(12), seconds(24), seconds(8), seconds(3), seconds(3), millis(300), 1, 20_000);

  // Rough, for estimates: what a cluster of three takes on two cores.
  private static final Duration START = seconds(8);
  private static final Duration STOP = seconds(2);
  private static final Duration KILL = seconds(6);
  private static final int KEYS_PER_SECOND = 10_000;

  /** How long {@code turn} warms up. */
  Duration warmup(Turn turn) {
    if (turn.limit()) {
      return limitWarmup;
    }
    return turn.isOnJvm() ? jvmWarmup : warmup;
  }

  /** The measured time of {@code row}. */
  Duration measured(Row row) {
    return row.clients() == 1 ? single : this.row;
  }

  /** How long a row takes, about. */
  Duration estimate(Row row) {
    return switch (row.kind()) {
      case MEMORY -> Duration.ZERO;
      case FAILOVER -> KILL.multipliedBy(kills);
      case RESTART -> START.plus(seconds(restartKeys / KEYS_PER_SECOND));
      default -> measured(row).plus(settle);
    };
  }

  /** How long a turn takes apart from its rows, about. */
  Duration estimateAround(Turn turn) {
    return START.plus(STOP).plus(warmup(turn));
  }

  private static Duration seconds(long count) {
    return Duration.ofSeconds(count);
  }

  private static Duration millis(long count) {
    return Duration.ofMillis(count);
  }
}
