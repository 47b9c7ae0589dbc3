// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.lease;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random schedules of leases under a controlled time (G5, G6): changes of leaders, stalls, cuts,
 * messages that are late, lost, overtaken and doubled, clocks that drift. {@code -Dlease.schedules}
 * says how many, {@code -Dlease.seed} shows one of them again.
 */
final class LeaseSimulationTest {
  private static final int SCHEDULES = Integer.getInteger("lease.schedules", 100_000);

  /** A mutant that so many schedules do not show would go unnoticed. */
  private static final int SCHEDULES_OF_A_MUTANT = 10_000;

  private static final Long SEED = Long.getLong("lease.seed");

  @Test
  void nobodyHoldsALeaseWithAnotherAndNoneEndsEarlyOrLate() {
    if (SEED != null) {
      assertThat(Simulation.run(SEED, Mutant.NONE).violation()).isEmpty();
      return;
    }
    long first = new Random().nextLong();
    long acknowledged = 0;
    long expired = 0;
    long turns = 0;
    long checkpoints = 0;
    System.out.printf("lease schedules from seed %d on: %d%n", first, SCHEDULES);
    for (int i = 0; i < SCHEDULES; i++) {
      Simulation.Outcome outcome = Simulation.run(first + i, Mutant.NONE);
      assertThat(outcome.violation()).as("the schedule of -Dlease.seed=%d", first + i).isEmpty();
      acknowledged += outcome.acknowledged();
      expired += outcome.expired();
      turns += outcome.turns();
      checkpoints += outcome.checkpoints();
    }
    System.out.printf(
        "%d renewals acknowledged, %d leases expired, %d turns, %d checkpoints and clears%n",
        acknowledged, expired, turns, checkpoints);
    // A clock that does nothing would be safe too.
    assertThat(acknowledged).isGreaterThan(SCHEDULES);
    assertThat(expired).isGreaterThan(SCHEDULES / 4);
    assertThat(turns).isGreaterThan(SCHEDULES / 4);
    assertThat(checkpoints).isGreaterThan(SCHEDULES / 4);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void whatIsCountedWronglyIsFound(Mutant mutant) {
    for (int seed = 1; seed <= SCHEDULES_OF_A_MUTANT; seed++) {
      Optional<String> violation = Simulation.run(seed, mutant).violation();
      if (violation.isPresent()) {
        System.out.printf("%s: found by schedule %d: %s%n", mutant, seed, violation.get());
        return;
      }
    }
    assertThat(mutant).as("was not found").isNull();
  }
}
