// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random histories with random watchers, each stream held against what was committed (G4). {@code
 * -Dwatch.histories} says how many, {@code -Dwatch.seed} shows one of them again.
 */
final class WatchModelTest {
  private static final int HISTORIES = Integer.getInteger("watch.histories", 2_000);

  /** A mutant that so many histories do not show would go unnoticed. */
  private static final int HISTORIES_OF_A_MUTANT = 300;

  private static final Long SEED = Long.getLong("watch.seed");

  @Test
  void everyStreamIsTheHistoryThatItShouldHaveSeen() {
    if (SEED != null) {
      assertRight(SEED);
      return;
    }
    long first = new Random().nextLong();
    System.out.println("watch histories from seed " + first + " on: " + HISTORIES);
    for (int i = 0; i < HISTORIES; i++) {
      assertRight(first + i);
    }
  }

  private static void assertRight(long seed) {
    List<String> wrong = Simulation.run(seed, Mutant.NONE);
    assertThat(wrong).as("the history of -Dwatch.seed=" + seed).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void whatIsServedWronglyIsFound(Mutant mutant) {
    for (long seed = 1; seed <= HISTORIES_OF_A_MUTANT; seed++) {
      if (!Simulation.run(seed, mutant).isEmpty()) {
        return;
      }
    }
    assertThat(mutant).as("was not found").isNull();
  }
}
