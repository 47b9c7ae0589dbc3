// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stele.server.LoopDisk;
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
  private static final int POWER_LOSSES = Integer.getInteger("crash.power-losses", 24);

  /** Most are found by the third; what only an unlucky moment shows takes 16, and once took 54. */
  private static final int POINTS_OF_A_MUTANT = 400;

  @TempDir private Path directory;

  @Test
  void whereverAProcessEndsItsSuccessorHasTheSameState() throws Exception {
    Campaign.Report report =
        new Campaign(seed(), POINTS, directory, lastingDisk(), Optional.empty()).run();

    tell("crash-points.txt", report);
    assertThat(report.points()).isEqualTo(POINTS);
    assertThat(report.replayed()).isPositive();
  }

  @Test
  void whereverThePowerGoesItsSuccessorHasTheSameState() throws Exception {
    try (LoopDisk disk = LoopDisk.makeOrSkip(directory)) {
      Campaign.Report report =
          new Campaign(seed(), POWER_LOSSES, directory, losing(disk), Optional.empty()).run();

      tell("power-losses.txt", report);
      assertThat(report.points()).isEqualTo(POWER_LOSSES);
      assertThat(report.replayed()).isPositive();
    }
  }

  @ParameterizedTest
  @EnumSource(Mutant.class)
  void whatWouldBreakAPromiseIsFound(Mutant mutant) throws Exception {
    Campaign campaign =
        new Campaign(1, POINTS_OF_A_MUTANT, directory, lastingDisk(), Optional.of(mutant));

    assertThatThrownBy(campaign::run)
        .isInstanceOf(BrokenPromise.class)
        .hasMessageFindingMatch(mutant.finding);
  }

  private static long seed() {
    return Long.getLong("crash.seed", new Random().nextLong());
  }

  private Disk lastingDisk() {
    return Disk.ofAMachineThatGoesOn(directory);
  }

  /** Loses what was not synced, and proves it with a file of its own. */
  private static Disk losing(LoopDisk disk) {
    return new Disk() {
      @Override
      public Path root() {
        return disk.root();
      }

      @Override
      public void processEnded() throws IOException, InterruptedException {
        Path unsynced = Files.writeString(disk.root().resolve("unsynced"), "x");
        disk.cutPower();
        disk.restart();
        assertThat(unsynced).doesNotExist();
      }
    };
  }

  private static void tell(String file, Campaign.Report report) throws IOException {
    System.out.println(report);
    Files.writeString(Path.of("target", file), report.toString());
  }
}
