// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.peer.stele;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stele.bench.compare.peer.stele.SteleContender.Way;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SteleContenderTest {
  @TempDir private Path folder;

  @Test
  void withoutALauncherItSaysSoAndDoesNotStart() {
    SteleContender stele = new SteleContender(Way.CLIENT, Map.of());
    assertThat(stele.missing().orElseThrow()).contains("STELE_LAUNCHER");
    assertThatThrownBy(() -> stele.start(folder, 1))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("STELE_LAUNCHER");
  }

  @Test
  void flagsAreTheJvmsAndNameNoFolder() {
    assertThat(
            SteleCluster.flags(
                List.of("-Xmx512m", "-XX:SharedArchiveFile=/a/b/c.jsa", "-cp", "/l/*", "Main")))
        .containsExactly("-Xmx512m", "-XX:SharedArchiveFile=c.jsa");
    assertThat(SteleCluster.flags(List.of())).isEmpty();
  }
}
