// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.server.port.Leadership;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class LeaderSightTest {
  private final AtomicLong nanos = new AtomicLong();
  private Leadership.Standing standing = hearing(0);
  private final LeaderSight sight = new LeaderSight(() -> standing, nanos::get);

  private static Leadership.Standing hearing(long ageMillis) {
    return new Leadership.Standing(
        Leadership.Role.FOLLOWER, 1, Optional.of("n1"), false, ageMillis, 0);
  }

  private static Leadership.Standing silence() {
    return new Leadership.Standing(
        Leadership.Role.FOLLOWER, 1, Optional.empty(), false, Long.MAX_VALUE, 0);
  }

  private void pass(long millis) {
    nanos.addAndGet(millis * 1_000_000);
    sight.look();
  }

  @Test
  void anElectionIsNoReasonToMissALeaderAndLongerSilenceIs() {
    sight.look();
    standing = silence();
    pass(LeaderSight.PATIENCE.toMillis());
    assertThat(sight.isKnown()).isTrue();
    pass(1);
    assertThat(sight.isKnown()).isFalse();
  }

  @Test
  void aLeaderThatHasComeSinceTheLastLookIsKnownAtOnce() {
    standing = silence();
    pass(LeaderSight.PATIENCE.toMillis() + 1);
    assertThat(sight.isKnown()).isFalse();
    standing = hearing(5);
    assertThat(sight.isKnown()).isTrue();
    standing = hearing(LeaderSight.PATIENCE.toMillis() + 1);
    assertThat(sight.isKnown()).isFalse();
  }
}
