// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class DeadlinesTest {
  private static final long NOW = 7;

  @Test
  void theAnswerIsGivenBeforeTheCallerGivesUp() {
    assertThat(given(Duration.ofSeconds(2))).isEqualTo(Duration.ofMillis(1_900));
    assertThat(given(Duration.ofSeconds(1))).isEqualTo(Duration.ofMillis(900));
    assertThat(given(Duration.ofMillis(100))).isEqualTo(Duration.ofMillis(90));
    assertThat(given(Duration.ZERO)).isEqualTo(Duration.ZERO);
  }

  @Test
  void nobodyGetsMoreThanAMinute() {
    assertThat(given(Duration.ofSeconds(60))).isEqualTo(Duration.ofMillis(59_900));
    assertThat(given(Duration.ofMillis(60_100))).isEqualTo(Duration.ofSeconds(60));
    assertThat(given(Duration.ofSeconds(61))).isEqualTo(Duration.ofSeconds(60));
    assertThat(given(Duration.ofNanos(Long.MAX_VALUE))).isEqualTo(Duration.ofSeconds(60));
  }

  @Test
  void whoeverNamesNoDeadlineGetsFiveSeconds() {
    assertThat(Deadlines.endNanos(NOW, OptionalLong.empty()) - NOW)
        .isEqualTo(Duration.ofSeconds(5).toNanos());
  }

  private static Duration given(Duration caller) {
    return Duration.ofNanos(Deadlines.endNanos(NOW, OptionalLong.of(caller.toNanos())) - NOW);
  }
}
