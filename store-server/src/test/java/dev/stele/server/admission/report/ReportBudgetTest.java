// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.admission.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.stele.server.port.RetryDelay;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class ReportBudgetTest {
  private final AtomicLong nanos = new AtomicLong();

  private ReportBudget budget(Duration interval, int perSecond) {
    return new ReportBudget(new ReportSettings(10, interval, perSecond), nanos::get);
  }

  private void pass(long millis) {
    nanos.addAndGet(Duration.ofMillis(millis).toNanos());
  }

  @Test
  void aMemberWritesOnceAnInterval() {
    ReportBudget budget = budget(Duration.ofSeconds(1), 1_000);
    assertThat(budget.take("m", false)).isZero();
    assertThat(budget.take("m", false)).isEqualTo(Duration.ofSeconds(1));
    assertThat(budget.take("m", true)).as("for health too").isEqualTo(Duration.ofSeconds(1));
    assertThat(budget.take("n", false)).isZero();
    pass(999);
    assertThat(budget.take("m", false)).isEqualTo(Duration.ofMillis(1));
    pass(1);
    assertThat(budget.take("m", false)).isZero();
    assertThat(budget.take("m", false)).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void withoutAnIntervalAMemberWritesAsOftenAsItChanges() {
    ReportBudget budget = budget(Duration.ZERO, 1_000);
    for (int i = 0; i < 10; i++) {
      assertThat(budget.take("m", false)).isZero();
    }
    assertThat(budget.remembered()).isZero();
  }

  @Test
  void allTogetherWriteASecondsWorthAtOnceLessWhatIsForHealth() {
    ReportBudget budget = budget(Duration.ofSeconds(1), 100);
    assertThat(taken(budget, "c", 200, false)).isEqualTo(75);
    assertThat(budget.take("c", false)).isGreaterThanOrEqualTo(RetryDelay.EDGE);
    assertThat(taken(budget, "h", 200, true)).as("health finds its own").isEqualTo(25);
    assertThat(budget.take("h", true)).isEqualTo(Duration.ofMillis(10));
  }

  @Test
  void whatIsForHealthTakesNothingOffTheRateOfTheOthers() {
    ReportBudget budget = budget(Duration.ofSeconds(1), 100);
    assertThat(taken(budget, "first", 200, false)).isEqualTo(75);
    int written = 0;
    for (int step = 0; step < 100; step++) {
      pass(100);
      written += taken(budget, "s" + step + "-", 20, false);
    }
    assertThat(written).isEqualTo(1_000);
  }

  @Test
  void aBudgetOfOneASecondServesEverybody() {
    ReportBudget budget = budget(Duration.ofSeconds(1), 1);
    assertThat(budget.take("a", false)).isZero();
    assertThat(budget.take("b", true)).isEqualTo(Duration.ofSeconds(1));
    pass(1_000);
    assertThat(budget.take("b", true)).isZero();
  }

  @Test
  void whatWasNotWrittenIsGivenBack() {
    ReportBudget budget = budget(Duration.ofSeconds(1), 1);
    assertThat(budget.take("a", false)).isZero();
    budget.giveBack("a");
    assertThat(budget.take("a", false)).isZero();
    assertThat(budget.take("a", false)).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void whoWroteLongerAgoThanTheIntervalIsForgotten() {
    ReportBudget budget = budget(Duration.ofSeconds(10), 1_000);
    for (int second = 0; second < 100; second++) {
      taken(budget, "s" + second + "-", 2_000, true);
      assertThat(budget.remembered())
          .as("a second's, for ten, and what came at once")
          .isLessThanOrEqualTo(11_000);
      pass(1_000);
    }
    pass(10_000);
    assertThat(budget.take("last", false)).isZero();
    assertThat(budget.remembered()).isEqualTo(1);
  }

  private static int taken(ReportBudget budget, String prefix, int tries, boolean health) {
    int taken = 0;
    for (int i = 0; i < tries; i++) {
      taken += budget.take(prefix + i, health).isZero() ? 1 : 0;
    }
    return taken;
  }

  @Test
  void settingsOutOfRangeAreRefused() {
    Duration second = Duration.ofSeconds(1);
    assertThatIllegalArgumentException().isThrownBy(() -> new ReportSettings(-1, second, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new ReportSettings(101, second, 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ReportSettings(10, Duration.ofMillis(-1), 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ReportSettings(10, ReportSettings.INTERVAL_MAX.plusMillis(1), 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new ReportSettings(10, second, 0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ReportSettings(10, second, 1_000_001));
    assertThat(new ReportSettings(100, Duration.ZERO, 1_000_000)).isNotNull();
  }
}
