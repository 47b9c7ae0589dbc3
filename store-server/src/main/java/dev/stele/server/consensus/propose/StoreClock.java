// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.propose;

import dev.stele.server.core.model.Limits;
import dev.stele.server.core.model.Stamp;
import dev.stele.server.port.Ticker;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Stamps entries with the leader's term and with store time: where the store stood when this node
 * took over, advanced by this node's own monotonic clock. No wall clock moves it, it never goes
 * back, and no stamp is more than {@link Limits#STAMP_MAX_ADVANCE_MILLIS} ahead of the one before:
 * the time of a stall, or of an hour without writes, is given up and not made good.
 *
 * <p>Used by the proposer's thread only.
 */
public final class StoreClock {
  private static final long NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long NO_TERM = -1;

  private final Ticker ticker;
  private final LongSupplier storeTimeMillis;
  private final LongSupplier wallClockMillis;
  private long term = NO_TERM;
  private long timeMillis;
  private long timeNanos;

  /**
   * @param storeTimeMillis where the store's clock stands at this node, after the last applied
   *     entry
   * @param wallClockMillis for people; decides nothing
   */
  public StoreClock(Ticker ticker, LongSupplier storeTimeMillis, LongSupplier wallClockMillis) {
    this.ticker = ticker;
    this.storeTimeMillis = storeTimeMillis;
    this.wallClockMillis = wallClockMillis;
  }

  /**
   * The stamp of the next entry.
   *
   * @param leaderTerm one in which this node leads and is ready. Only then has it applied all that
   *     earlier leaders stamped, so that the base, taken at the first stamp of a term, is not
   *     behind theirs
   */
  public Stamp next(long leaderTerm) {
    long now = ticker.nanos();
    if (leaderTerm == term) {
      advance(now);
    } else {
      term = leaderTerm;
      timeMillis = storeTimeMillis.getAsLong();
      timeNanos = now;
    }
    return new Stamp(leaderTerm, timeMillis, wallClockMillis.getAsLong());
  }

  private void advance(long now) {
    long elapsedMillis = (now - timeNanos) / NANOS_PER_MILLI;
    if (elapsedMillis > Limits.STAMP_MAX_ADVANCE_MILLIS) {
      timeMillis += Limits.STAMP_MAX_ADVANCE_MILLIS;
      timeNanos = now;
    } else {
      timeMillis += elapsedMillis;
      timeNanos += elapsedMillis * NANOS_PER_MILLI;
    }
  }
}
