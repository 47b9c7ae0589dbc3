// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.port;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * How long those who are turned away from a full queue are asked to stay away. One rule for every
 * queue; each has its own instance.
 *
 * <p>Whoever is turned away comes back after the delay. If in a while more were turned away than
 * were served, then more come back than there is room for, so the delay doubles; once that is no
 * longer so it halves, for each while that passed. It is taken in proportion to how full the queue
 * is, and never below {@link #EDGE}. Spreading the returns is the callers' part: they add jitter.
 *
 * <p>Thread-safe. Serving costs no lock.
 */
public final class RetryDelay {
  /** The least: at the edge of a queue that was not full before. */
  public static final Duration EDGE = Duration.ofMillis(50);

  /** The most. Longer would keep callers away from a store that has long recovered. */
  public static final Duration MAX = Duration.ofSeconds(5);

  /** How often the delay is looked at again. */
  public static final Duration WHILE = Duration.ofMillis(100);

  private static final long WHILE_NANOS = WHILE.toNanos();
  private static final int MAX_HALVINGS = 16;

  private final LongAdder served = new LongAdder();
  private long levelNanos = EDGE.toNanos();
  private long beganNanos;
  private long servedBefore;
  private long refused;
  private boolean began;

  /** {@code count} got what they came for. */
  public void served(long count) {
    served.add(count);
  }

  /**
   * One is turned away; says for how long.
   *
   * @param nowNanos on the node's ticker
   * @param fill how full the queue is, 0 to 1
   */
  public synchronized Duration refuse(long nowNanos, double fill) {
    if (!began) {
      began = true;
      begin(nowNanos);
    } else if (nowNanos - beganNanos >= WHILE_NANOS) {
      adjust((nowNanos - beganNanos) / WHILE_NANOS);
      begin(nowNanos);
    }
    refused++;
    long nanos = (long) (levelNanos * Math.min(1, Math.max(0, fill)));
    long millis = TimeUnit.NANOSECONDS.toMillis(Math.max(EDGE.toNanos(), nanos));
    return Duration.ofMillis(millis);
  }

  private void adjust(long whiles) {
    boolean tooMany = refused > served.sum() - servedBefore;
    // Whatever whiles passed after the one that began with a refusal were quiet.
    long quiet = Math.min(MAX_HALVINGS, tooMany ? whiles - 1 : whiles);
    long next = (tooMany ? 2 * levelNanos : levelNanos) >> quiet;
    levelNanos = Math.max(EDGE.toNanos(), Math.min(MAX.toNanos(), next));
  }

  private void begin(long nowNanos) {
    beganNanos = nowNanos;
    servedBefore = served.sum();
    refused = 0;
  }
}
