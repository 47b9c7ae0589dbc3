// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.watch;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a watch run found.
 *
 * @param seconds measured time
 * @param events that came in the measured time
 * @param delay from when a write was due to when its event was there
 * @param writes acknowledged ones, all together
 * @param failedWrites those that were not, or not known to be
 * @param errors why, how many each
 * @param write from when a write was due to its acknowledgement
 * @param incomplete watches that at the end had not seen as many events as writes were acknowledged
 * @param outOfOrder watches that saw a revision which was not above the one before
 * @param endings why watches ended
 * @param catchUpMillis from the moment that the stalled watches went on until each had seen
 *     everything; empty without stalled ones
 * @param past how the watch that began in the past got on
 */
public record WatchReport(
    WatchOptions options,
    double seconds,
    long events,
    Spread delay,
    long writes,
    long failedWrites,
    Map<String, Long> errors,
    Spread write,
    int incomplete,
    int outOfOrder,
    List<String> endings,
    Optional<Long> catchUpMillis,
    Optional<Past> past) {

  /** Whether every watch saw each acknowledged write once, in order. */
  public boolean holds() {
    return incomplete == 0 && outOfOrder == 0 && endings.isEmpty();
  }

  public double eventsPerSecond() {
    return events / seconds;
  }

  /** Of durations in microseconds; all 0 when there were none. */
  public record Spread(long p50Micros, long p99Micros, long maxMicros) {}

  /**
   * A watch that began in the past.
   *
   * @param events that it saw until it came to what was new when it began
   * @param seconds that it took
   */
  public record Past(long events, double seconds) {}
}
