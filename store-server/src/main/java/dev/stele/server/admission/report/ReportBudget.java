// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.admission.report;

import dev.stele.server.admission.TickerMeter;
import dev.stele.server.port.RetryDelay;
import dev.stele.server.port.Ticker;
import io.github.bucket4j.Bucket;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How often reports may be written: each member once an interval, all together so many a second,
 * and as many at once. Each leader has its own, and begins with a full one. Thread-safe.
 *
 * <p>Who wrote is remembered for the interval, so at most as many as may write within it, and never
 * more than there are members.
 */
final class ReportBudget {
  /** Of the writes at once, what only health may use: it must not stand behind capacities. */
  static final int FOR_HEALTH_PERCENT = 25;

  private static final int PERCENT = 100;

  private final long intervalNanos;
  private final long forHealth;
  private final Ticker ticker;
  private final Bucket bucket;
  private final RetryDelay retryDelay = new RetryDelay();

  /** When each wrote, the one longest ago first. */
  private final Map<String, Long> wrote = new LinkedHashMap<>();

  ReportBudget(ReportSettings settings, Ticker ticker) {
    this.ticker = ticker;
    intervalNanos = settings.interval().toNanos();
    int perSecond = settings.writesPerSecond();
    forHealth = (long) perSecond * FOR_HEALTH_PERCENT / PERCENT;
    bucket =
        Bucket.builder()
            .withCustomTimePrecision(new TickerMeter(ticker))
            .addLimit(
                limit -> limit.capacity(perSecond).refillGreedy(perSecond, Duration.ofSeconds(1)))
            .build();
  }

  /** Takes one write of {@code member}: zero when it did, otherwise how long there is none. */
  synchronized Duration take(String member, boolean health) {
    long now = ticker.nanos();
    forget(now);
    Long before = wrote.get(member);
    if (before != null) {
      return wholeMillis(before + intervalNanos - now);
    }
    long kept = health ? 0 : forHealth;
    if (bucket.getAvailableTokens() <= kept || !bucket.tryConsume(1)) {
      long nanos = bucket.estimateAbilityToConsume(kept + 1).getNanosToWaitForRefill();
      Duration refill = wholeMillis(nanos);
      return health ? refill : longer(refill, retryDelay.refuse(now, 1));
    }
    retryDelay.served(1);
    if (intervalNanos > 0) {
      wrote.put(member, now);
    }
    return Duration.ZERO;
  }

  /** What {@code member} took was not written. */
  synchronized void giveBack(String member) {
    bucket.addTokens(1);
    wrote.remove(member);
  }

  /** Members that wrote within the interval, as far as they were not forgotten yet. */
  synchronized int remembered() {
    return wrote.size();
  }

  private void forget(long now) {
    Iterator<Long> times = wrote.values().iterator();
    while (times.hasNext() && now - times.next() >= intervalNanos) {
      times.remove();
    }
  }

  /** Rounded up, so that who comes back then does not come too early. */
  private static Duration wholeMillis(long nanos) {
    long milli = Duration.ofMillis(1).toNanos();
    return Duration.ofMillis(Math.max(1, (nanos + milli - 1) / milli));
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? other : one;
  }
}
