// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A leader whose process ends is replaced at once, not after an election timeout. */
final class LeaderProcessEndsTest {
  private static final Duration ELECTION_TIMEOUT_MIN = Duration.ofSeconds(8);

  @Test
  void theSurvivorsDoNotWaitForTheElectionTimeout() throws InterruptedException {
    Map<String, String> settings =
        Map.of("raft.election-timeout-min", "8s", "raft.election-timeout-max", "9s");
    try (LocalCluster cluster = LocalCluster.start(3, settings)) {
      int leader = cluster.awaitLeader(LocalCluster.START_TIMEOUT);
      assertThat(cluster.awaitReady(LocalCluster.START_TIMEOUT)).isTrue();
      cluster.kill(leader);
      // A timeout would be over no sooner than that, because the leader was heard of just now.
      int next = cluster.awaitLeader(ELECTION_TIMEOUT_MIN.dividedBy(2));
      assertThat(next).isNotEqualTo(leader);
    }
  }
}
