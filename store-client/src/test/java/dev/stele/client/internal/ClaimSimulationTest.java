// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.client.ClaimHandle;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Handles of claims under everything that can happen between them and the store. */
final class ClaimSimulationTest {
  private static final int SEEDS = 60;
  private static final int STEPS = 120;

  @Test
  void aHandleIsNeverAheadOfTheStoreAndIsToldAllOfItAtLast() {
    Map<ClaimHandle.State, Integer> ends = new EnumMap<>(ClaimHandle.State.class);
    int gaps = 0;
    for (long seed = 1; seed <= SEEDS; seed++) {
      try (ClaimSimulation simulation = new ClaimSimulation(seed)) {
        simulation.run(STEPS);
        assertThat(simulation.violations()).as("seed %d", seed).isEmpty();
        simulation.ends().forEach((state, count) -> ends.merge(state, count, Integer::sum));
        gaps += simulation.gaps();
      }
    }
    // It would prove nothing if nothing happened.
    assertThat(gaps).isGreaterThan(SEEDS / 4);
    for (ClaimHandle.State state : ClaimHandle.State.values()) {
      assertThat(ends.getOrDefault(state, 0)).as(state.name()).isGreaterThan(SEEDS / 10);
    }
  }
}
