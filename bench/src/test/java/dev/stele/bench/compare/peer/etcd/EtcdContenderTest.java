// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.peer.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.stele.bench.compare.peer.ContenderTrial;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EtcdContenderTest {
  @TempDir private Path folder;

  @Test
  void etcdDoesOneOfEachSurvivesItsLeaderAndEnds() throws Exception {
    EtcdContender etcd = new EtcdContender(System.getenv("PATH"));
    assumeTrue(etcd.missing().isEmpty(), () -> "SKIPPED: " + etcd.missing().orElseThrow());
    ContenderTrial.run(etcd, folder);
  }

  @Test
  void withoutEtcdItSaysHowToInstallItAndDoesNotStart() {
    EtcdContender etcd = new EtcdContender(folder.toString());
    assertThat(etcd.missing().orElseThrow()).contains("apt install etcd-server");
    assertThatThrownBy(() -> etcd.start(folder, 1))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("apt install etcd-server");
  }
}
