// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.server.LoopDisk;
import dev.stele.server.port.NodeAddress;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a voter still knows after its machine lost power. */
@Timeout(180)
final class PowerLossIT {
  private static final long TERM = 7;

  @TempDir private Path directory;

  @Test
  void aVoteThatWasToldStandsAfterPowerLoss() throws Exception {
    assertThat(votesTwice(true)).isFalse();
  }

  /** Without this the test above would prove nothing. */
  @Test
  void withoutOurSyncAVoterVotesTwiceInOneTerm() throws Exception {
    assertThat(votesTwice(false)).isTrue();
  }

  private boolean votesTwice(boolean syncs) throws Exception {
    List<NodeAddress> nodes = TestCluster.addresses(3);
    try (LoopDisk disk = LoopDisk.makeOrSkip(directory)) {
      try (VoterProcess voter = new VoterProcess(disk.root(), nodes, syncs)) {
        assertThat(granted(nodes, "n2")).isTrue();
        assertThat(granted(nodes, "n3")).isFalse();
        disk.cutPower();
      }
      disk.restart();
      try (VoterProcess again = new VoterProcess(disk.root(), nodes, syncs)) {
        return granted(nodes, "n3");
      }
    }
  }

  private static boolean granted(List<NodeAddress> nodes, String candidate) {
    NodeAddress voter = nodes.get(0);
    try (PretendedNode asking = new PretendedNode("test", candidate, voter.id(), voter.raft())) {
      return asking.askForVote(TERM).getServerReply().getSuccess();
    }
  }
}
