// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.cli.CliRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated
final class RehearseCommandTest {
  @Test
  void aRehearsalStartsNodesUsesThemAndEnds() {
    CliRun.Result result = new CliRun().run("rehearse");
    assertThat(result.code()).isZero();
    assertThat(result.out()).isEmpty();
  }
}
