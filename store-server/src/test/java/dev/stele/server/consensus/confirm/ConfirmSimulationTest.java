// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.confirm;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random schedules of elections, lost, late and overtaken messages, partitions, changes of
 * configuration and slow applies. The claim: an admitted read never misses a write that was
 * acknowledged before the read began.
 */
final class ConfirmSimulationTest {
  private static final int SCHEDULES = 20_000;
  private static final int STEPS = 300;

  /** The rarest mutant shows once in some ten thousand schedules. */
  private static final int MUTANT_SCHEDULES = 60_000;

  private static final long FIRST_SEED = 1;

  private final MeterRegistry meters = new SimpleMeterRegistry();

  @Test
  void anAdmittedReadNeverMissesAnAcknowledgedWrite() {
    long admitted = 0;
    long denied = 0;
    for (long seed = FIRST_SEED; seed < FIRST_SEED + SCHEDULES; seed++) {
      SimReads schedule = new SimReads(seed, Mutant.NONE, meters);
      assertThat(schedule.run(STEPS)).as("seed %d", seed).isEmpty();
      admitted += schedule.admitted;
      denied += schedule.denied;
    }
    System.out.printf(
        "%d schedules from seed %d: %d reads admitted, %d denied%n",
        SCHEDULES, FIRST_SEED, admitted, denied);
    // A gate that lets nobody through would be safe too.
    assertThat(admitted).isGreaterThan(SCHEDULES * 5L);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void eachMutantIsCaught(Mutant mutant) {
    for (long seed = FIRST_SEED; seed < FIRST_SEED + MUTANT_SCHEDULES; seed++) {
      Optional<String> violation = new SimReads(seed, mutant, meters).run(STEPS);
      if (violation.isPresent()) {
        System.out.printf("%s: caught by seed %d: %s%n", mutant, seed, violation.get());
        return;
      }
    }
    assertThat(mutant).as("a mutant that %d schedules did not catch", MUTANT_SCHEDULES).isNull();
  }
}
