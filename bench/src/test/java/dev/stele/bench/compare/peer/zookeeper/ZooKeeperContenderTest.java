// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.peer.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.stele.bench.compare.peer.ContenderTrial;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ZooKeeperContenderTest {
  @TempDir private Path folder;

  @Test
  void zooKeeperDoesOneOfEachSurvivesItsLeaderAndEnds() throws Exception {
    ZooKeeperContender zooKeeper = new ZooKeeperContender();
    assumeTrue(
        zooKeeper.missing().isEmpty(), () -> "SKIPPED: " + zooKeeper.missing().orElseThrow());
    ContenderTrial.run(zooKeeper, folder);
  }

  @Test
  void aServerThatServesTellsItsRoleAndWhereItStands() {
    String answer = "Zookeeper version: 3.9.5\nConnections: 1\nZxid: 0x10000000a\nMode: leader\n";
    assertThat(ServerState.parse(answer)).contains(new ServerState(true, 0x10000000aL));
    assertThat(ServerState.parse(answer.replace("leader", "follower")))
        .contains(new ServerState(false, 0x10000000aL));
  }

  @Test
  void aServerThatDoesNotServeHasNoState() {
    assertThat(ServerState.parse("This ZooKeeper instance is not currently serving requests\n"))
        .isEqualTo(Optional.empty());
  }
}
