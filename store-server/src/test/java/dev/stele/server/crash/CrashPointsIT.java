// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A process that ends between any two steps comes back with what it had promised, and with the
 * state of one that nothing happened to. {@code -Dcrash.points=1000 -Dcrash.seed=7} for more, or
 * the same again; what fell where is then in {@code target/crash-points.txt}.
 */
final class CrashPointsIT {
  private static final int POINTS = Integer.getInteger("crash.points", 48);
  private static final int POINTS_OF_A_MUTANT = 40;

  @TempDir private Path directory;

  @Test
  void whereverAProcessEndsItsSuccessorHasTheSameState() throws IOException {
    long seed = Long.getLong("crash.seed", new Random().nextLong());

    Campaign.Report report = new Campaign(seed, POINTS, directory, Optional.empty()).run();

    System.out.println(report);
    Files.writeString(Path.of("target", "crash-points.txt"), report.toString());
    assertThat(report.points()).isEqualTo(POINTS);
    assertThat(report.replayed()).isPositive();
  }

  @ParameterizedTest
  @EnumSource(Mutant.class)
  void whatWouldBreakAPromiseIsFound(Mutant mutant) throws IOException {
    Campaign campaign = new Campaign(1, POINTS_OF_A_MUTANT, directory, Optional.of(mutant));

    assertThatThrownBy(campaign::run)
        .isInstanceOf(BrokenPromise.class)
        .hasMessageContaining(mutant.finding);
  }
}
