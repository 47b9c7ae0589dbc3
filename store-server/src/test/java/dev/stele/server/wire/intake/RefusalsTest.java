// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class RefusalsTest {
  private final Refusals refusals = new Refusals();

  private Duration last(int count, long nowNanos) {
    Duration last = Duration.ZERO;
    for (int i = 0; i < count; i++) {
      last = refusals.one(nowNanos);
    }
    return last;
  }

  @Test
  void aBurstIsFreeAndTheNextOneCosts() {
    assertThat(last(Refusals.BURST, 0)).isZero();
    assertThat(last(1, 0)).isEqualTo(Duration.ofMillis(10));
    assertThat(last(1, 0)).isEqualTo(Duration.ofMillis(20));
  }

  @Test
  void aModestRateIsFreeForEver() {
    last(Refusals.BURST, 0);
    for (int second = 1; second < 100; second++) {
      assertThat(last(Refusals.PER_SECOND, TimeUnit.SECONDS.toNanos(second))).isZero();
    }
  }

  @Test
  void noPauseIsLongerThanASecondAndNoDebtEither() {
    assertThat(last(100_000, 0)).isEqualTo(Refusals.LONGEST_PAUSE);
    long later = TimeUnit.SECONDS.toNanos(2);
    assertThat(last(Refusals.PER_SECOND, later)).isZero();
  }

  @Test
  void theTickersOriginDoesNotMatter() {
    assertThat(last(Refusals.BURST, Long.MAX_VALUE)).isZero();
    assertThat(last(Refusals.BURST, Long.MAX_VALUE + TimeUnit.HOURS.toNanos(1))).isZero();
  }
}
