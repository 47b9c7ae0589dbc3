// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a load run found. Only what completed in the measured time counts.
 *
 * @param seconds measured time
 * @param operations operations that succeeded
 * @param opsPerSecond of those that succeeded
 * @param errors failures by reason
 * @param unknown failures whose outcome is unknown; they are among the errors too
 * @param longestGapMillis the longest time without any success, all clients together
 * @param verification what was found at the end; null when nothing was verified
 */
public record LoadReport(
    LoadOptions options,
    int connections,
    double seconds,
    long operations,
    double opsPerSecond,
    Latency latency,
    Map<String, Long> errors,
    long unknown,
    long longestGapMillis,
    @Nullable Verification verification) {

  /**
   * Latencies of successes in microseconds, from the call to its completion; all 0 without
   * successes.
   */
  public record Latency(
      long p50Micros,
      long p90Micros,
      long p99Micros,
      long p999Micros,
      long maxMicros,
      double meanMicros) {}

  /**
   * Whether every acknowledged write took effect exactly once, by the history of each key, warm-up
   * included.
   *
   * @param keys keys that were read back
   * @param acknowledged writes that were acknowledged
   * @param unknownDone writes of unknown outcome that took effect, once
   * @param unknownNotDone writes of unknown outcome that did not
   * @param lost keys that an acknowledged write is missing of
   * @param twice keys of which a write took effect twice
   * @param phantoms keys that hold a write which was reported as not done
   * @param wentBack keys of which a later write got a lower or equal revision
   * @param foreign keys that somebody else wrote meanwhile
   * @param unread keys that could not be read back
   * @param examples some of the keys that are not as they must be
   */
  public record Verification(
      int keys,
      long acknowledged,
      long unknownDone,
      long unknownNotDone,
      int lost,
      int twice,
      int phantoms,
      int wentBack,
      int foreign,
      int unread,
      List<String> examples) {
    /** Whether all is as it must be. */
    public boolean holds() {
      return lost + twice + phantoms + wentBack + foreign + unread == 0;
    }
  }
}
