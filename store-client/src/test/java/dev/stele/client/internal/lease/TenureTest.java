// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.lease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.client.LeaseLoss;
import dev.stele.client.LeaseState;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How long a lease is safely held, moment by moment. */
final class TenureTest {
  /** A clock that runs over within the TTL. */
  private static final long START = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(3);

  private static final long TTL_MILLIS = 10_000;

  private final ManualTime time = new ManualTime(START);
  private final Tenure tenure = new Tenure(time, TTL_MILLIS, START);

  @Test
  void theMarginIsAThousandthOfTheTtlAndATenthOfASecond() {
    assertThat(Tenure.safeNanos(500)).isEqualTo(TimeUnit.MICROSECONDS.toNanos(399_500));
    assertThat(Tenure.safeNanos(86_400_000)).isEqualTo(TimeUnit.MILLISECONDS.toNanos(86_313_500));
  }

  @Test
  void itIsHeldThenInDoubtThenLostToTheNanosecond() {
    time.passMillis(6_666);
    assertThat(tenure.status().state()).isEqualTo(LeaseState.HELD);
    time.passMillis(1);
    assertThat(tenure.status().state()).isEqualTo(LeaseState.IN_DOUBT);
    time.passMillis(9_890 - 6_667);
    time.passNanos(-1);
    assertThat(tenure.status().state()).isEqualTo(LeaseState.IN_DOUBT);
    assertThat(tenure.remaining()).isEqualTo(Duration.ofNanos(1));
    time.passNanos(1);
    assertThat(tenure.status().loss()).contains(LeaseLoss.EXPIRED);
  }

  @Test
  void aRenewalCountsFromItsSending() {
    time.passMillis(4_000);
    long sent = time.nanoTime();
    time.passMillis(3_000);
    assertThat(tenure.renewed(sent, TTL_MILLIS)).isTrue();
    assertThat(tenure.remaining()).isEqualTo(Duration.ofMillis(6_890));
    assertThat(tenure.status().state()).isEqualTo(LeaseState.HELD);
  }

  @Test
  void anAcknowledgementAtTheDeadlineComesTooLateEvenIfNobodyHasLooked() {
    time.passMillis(9_000);
    long sent = time.nanoTime();
    time.passMillis(890);
    assertThat(tenure.renewed(sent, TTL_MILLIS)).isFalse();
    assertThat(tenure.status().loss()).contains(LeaseLoss.EXPIRED);
  }

  @Test
  void anOlderAcknowledgementTakesNothingAway() {
    time.passMillis(4_000);
    assertThat(tenure.renewed(time.nanoTime(), TTL_MILLIS)).isTrue();
    assertThat(tenure.renewed(START + 1, TTL_MILLIS)).isTrue();
    assertThat(tenure.remaining()).isEqualTo(Duration.ofMillis(9_890));
  }

  @Test
  void aClockThatIsSetBackByAPauseOfItsReaderRevivesNothing() {
    time.passMillis(20_000);
    assertThat(tenure.status().state()).isEqualTo(LeaseState.LOST);
    time.passMillis(-15_000);
    assertThat(tenure.status().state()).isEqualTo(LeaseState.LOST);
    assertThat(tenure.remaining()).isZero();
  }

  @Test
  void theFirstReasonStands() {
    assertThat(tenure.lose(LeaseLoss.FENCED, "another has it")).isTrue();
    assertThat(tenure.lose(LeaseLoss.RELEASED, "")).isFalse();
    assertThat(tenure.renewed(time.nanoTime(), TTL_MILLIS)).isFalse();
    assertThat(tenure.status().loss()).contains(LeaseLoss.FENCED);
    assertThat(tenure.status().detail()).isEqualTo("another has it");
  }

  @Test
  void whatStoodInTheWayIsToldAtTheLoss() {
    tenure.troubled("no node answers");
    time.passMillis(7_000);
    assertThat(tenure.status().detail()).isEqualTo("no node answers");
    time.passMillis(7_000);
    assertThat(tenure.status().detail()).endsWith(": no node answers");
  }

  @Test
  void aLeaseWhoseMarginIsLongerThanItsTtlIsLostFromTheStart() {
    assertThat(new Tenure(time, 100, START).status().state()).isEqualTo(LeaseState.LOST);
  }
}
