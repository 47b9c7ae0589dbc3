// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Two clients, a few leases, leaders that come and go, clocks that drift, timers that come late,
 * and a network with all faults of its kind. Repeats a failure by its seed.
 */
final class LeaseSimulationTest {
  private static final int SEEDS = 2_000;

  @Test
  void nobodyBelievesInALeaseThatTheStoreHasTakenAway() {
    long losses = 0;
    long grants = 0;
    long renewals = 0;
    for (long seed = 1; seed <= SEEDS; seed++) {
      LeaseSimulation simulation = new LeaseSimulation(seed, 1, 900);
      simulation.run();
      assertThat(simulation.violations()).as("seed %d", seed).isEmpty();
      losses += simulation.losses();
      grants += simulation.grants();
      renewals += simulation.renewed();
    }
    // It would prove nothing if nothing happened.
    assertThat(grants).isGreaterThan(10L * SEEDS);
    assertThat(losses).isGreaterThan(SEEDS);
    assertThat(renewals).isGreaterThan(2L * SEEDS);
  }

  @Test
  void whatIsHeldWhenTheFaultsEndIsHeldFromThenOn() {
    long kept = 0;
    for (long seed = 1; seed <= SEEDS / 4; seed++) {
      LeaseSimulation simulation = new LeaseSimulation(seed, 1, 900);
      simulation.run();
      kept += simulation.healAndHold();
      assertThat(simulation.violations()).as("seed %d", seed).isEmpty();
    }
    assertThat(kept).isGreaterThan(SEEDS / 4);
  }

  @Test
  void aStoreThatTakesLeasesAwayTooEarlyIsFoundOut() {
    assertThat(findsOut(0.9, 0)).isTrue();
  }

  @Test
  void clocksThatDriftFurtherThanIsAllowedAreFoundOut() {
    assertThat(findsOut(1, -200_000)).isTrue();
  }

  private static boolean findsOut(double ttlShare, double ppm) {
    return LongStream.rangeClosed(1, SEEDS)
        .anyMatch(
            seed -> {
              LeaseSimulation simulation = new LeaseSimulation(seed, ttlShare, ppm);
              simulation.run();
              return !simulation.violations().isEmpty();
            });
  }
}
