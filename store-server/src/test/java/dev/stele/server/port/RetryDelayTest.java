// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.port;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class RetryDelayTest {
  private static final long WHILE = RetryDelay.WHILE.toNanos();

  private final RetryDelay delay = new RetryDelay();
  private long now;

  /** Turns {@code refused} away and serves {@code served}, in one while. */
  private Duration aWhile(int refused, int served) {
    Duration last = Duration.ZERO;
    for (int i = 0; i < refused; i++) {
      last = delay.refuse(now, 1);
    }
    delay.served(served);
    now += WHILE;
    return last;
  }

  @Test
  void theFirstAtTheEdgeAreAskedToWaitFiftyMilliseconds() {
    assertThat(aWhile(1_000, 0)).isEqualTo(Duration.ofMillis(50));
  }

  @Test
  void itDoublesForEachWhileInWhichMoreAreRefusedThanServed() {
    aWhile(3, 2);
    assertThat(aWhile(3, 2)).isEqualTo(Duration.ofMillis(100));
    assertThat(aWhile(3, 2)).isEqualTo(Duration.ofMillis(200));
    assertThat(aWhile(3, 2)).isEqualTo(Duration.ofMillis(400));
  }

  @Test
  void itHalvesForEachWhileInWhichAsManyAreServed() {
    aWhile(3, 0);
    aWhile(3, 0);
    aWhile(3, 3);
    assertThat(aWhile(3, 3)).isEqualTo(Duration.ofMillis(100));
    assertThat(aWhile(1, 0)).isEqualTo(Duration.ofMillis(50));
  }

  @Test
  void itNeverGrowsBeyondFiveSeconds() {
    for (int i = 0; i < 100; i++) {
      aWhile(2, 0);
    }
    assertThat(aWhile(1, 0)).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void quietBringsItBackToTheEdge() {
    for (int i = 0; i < 100; i++) {
      aWhile(2, 0);
    }
    now += Duration.ofHours(1).toNanos();
    assertThat(aWhile(1, 0)).isEqualTo(RetryDelay.EDGE);
  }

  @Test
  void itIsInProportionToHowFullTheQueueIs() {
    for (int i = 0; i < 5; i++) {
      aWhile(2, 0);
    }
    assertThat(delay.refuse(now, 1)).isEqualTo(Duration.ofMillis(1_600));
    assertThat(delay.refuse(now, 0.5)).isEqualTo(Duration.ofMillis(800));
    assertThat(delay.refuse(now, 0)).as("never below the edge").isEqualTo(RetryDelay.EDGE);
    assertThat(delay.refuse(now, 7)).as("full is full").isEqualTo(Duration.ofMillis(1_600));
  }

  @Test
  void theTickersOriginDoesNotMatter() {
    now = Long.MAX_VALUE - WHILE / 2;
    aWhile(1, 0);
    assertThat(aWhile(1, 0)).isEqualTo(Duration.ofMillis(100));
  }

  @Property(tries = 200)
  void itStaysBetweenItsBounds(
      @ForAll @IntRange(max = 20) int refused,
      @ForAll @IntRange(max = 20) int served,
      @ForAll @IntRange(min = 1, max = 40) int whiles) {
    RetryDelay each = new RetryDelay();
    long at = 0;
    for (int i = 0; i < whiles; i++) {
      for (int r = 0; r < refused; r++) {
        assertThat(each.refuse(at, 1)).isBetween(RetryDelay.EDGE, RetryDelay.MAX);
      }
      each.served(served);
      at += WHILE;
    }
  }
}
