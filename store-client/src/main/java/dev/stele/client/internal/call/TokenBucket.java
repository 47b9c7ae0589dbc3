// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.call;

import dev.stele.client.RetryBudget;
import java.util.concurrent.TimeUnit;

/** The retries that all requests share. Thread-safe; locked, as only failures come here. */
public final class TokenBucket {
  private final double capacity;
  private final double perNano;
  private double tokens;
  private long filledAtNanos;

  public TokenBucket(RetryBudget budget, long nowNanos) {
    this.capacity = budget.burst();
    this.perNano = (double) budget.perSecond() / TimeUnit.SECONDS.toNanos(1);
    this.tokens = capacity;
    this.filledAtNanos = nowNanos;
  }

  /** Whether an empty bucket has a token again some day. */
  public boolean refills() {
    return capacity >= 1 && perNano > 0;
  }

  /** Takes a token, if there is one. */
  public synchronized boolean take(long nowNanos) {
    long passed = Math.max(0, nowNanos - filledAtNanos);
    tokens = Math.min(capacity, tokens + passed * perNano);
    filledAtNanos += passed;
    if (tokens < 1) {
      return false;
    }
    tokens -= 1;
    return true;
  }
}
