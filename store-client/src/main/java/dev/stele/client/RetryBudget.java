// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

/**
 * How many retries all requests of a client may make together: a bucket of tokens, one a retry.
 * When it is empty, requests fail with what they have, except a write under a session that may have
 * taken effect: it waits for a token as long as its time is, to find out.
 *
 * @param burst tokens that the bucket holds, 0 to 1,000,000
 * @param perSecond tokens that come back each second, 0 to 1,000,000
 */
public record RetryBudget(int burst, int perSecond) {
  /** The greatest value of both. */
  public static final int MAX = 1_000_000;

  private static final RetryBudget DEFAULT = new RetryBudget(1_024, 512);
  private static final RetryBudget NONE = new RetryBudget(0, 0);

  public RetryBudget {
    check("burst", burst);
    check("perSecond", perSecond);
  }

  /** 1,024 at once, 512 a second: enough for a thousand callers to sit out an election. */
  public static RetryBudget standard() {
    return DEFAULT;
  }

  /** No retries. */
  public static RetryBudget none() {
    return NONE;
  }

  private static void check(String name, int value) {
    if (value < 0 || value > MAX) {
      throw new IllegalArgumentException(name + " is " + value + ", 0 to " + MAX + " are allowed");
    }
  }
}
