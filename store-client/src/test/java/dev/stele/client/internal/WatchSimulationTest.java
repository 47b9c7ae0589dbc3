// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * Many schedules, each from a seed that a failure names: {@code -Dwatch.seed=N} runs it alone,
 * {@code -Dwatch.schedules=N} so many.
 */
final class WatchSimulationTest {
  private static final int SCHEDULES = Integer.getInteger("watch.schedules", 300);

  @Test
  void everyListenerSeesEachRevisionOnceInOrderAndWhole() {
    Long one = Long.getLong("watch.seed");
    if (one != null) {
      assertThat(violations(one, LongUnaryOperator.identity())).isEmpty();
      return;
    }
    long reconnections = 0;
    long watches = 0;
    for (long seed = 0; seed < SCHEDULES; seed++) {
      try (WatchSimulation simulation = new WatchSimulation(seed, LongUnaryOperator.identity())) {
        assertThat(simulation.run()).as("seed " + seed).isEmpty();
        reconnections += simulation.reconnections();
        watches += simulation.watches();
        assertThat(simulation.revisions()).isGreaterThan(10);
      }
    }
    assertThat(watches).isGreaterThan(2L * SCHEDULES);
    assertThat(reconnections).isGreaterThan(watches);
  }

  @Test
  void aResumeOneTooFarIsCaught() {
    assertThat(caught(from -> from + 1)).isTrue();
  }

  @Test
  void aResumeOneTooEarlyIsCaught() {
    assertThat(caught(from -> from - 1)).isTrue();
  }

  /** Within a few schedules: in some of them no stream is cut where it shows. */
  private static boolean caught(LongUnaryOperator resume) {
    for (long seed = 0; seed < 5; seed++) {
      if (!violations(seed, resume).isEmpty()) {
        return true;
      }
    }
    return false;
  }

  private static List<String> violations(long seed, LongUnaryOperator resume) {
    try (WatchSimulation simulation = new WatchSimulation(seed, resume)) {
      return simulation.run();
    }
  }
}
