// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.cli.CliRun;
import org.junit.jupiter.api.Test;

final class CompactCommandTest {
  private final CliRun cli = new CliRun();

  @Test
  void theFloorIsPrinted() {
    cli.store.answer(120L);
    CliRun.Result json = cli.run("compact", "100", "-o", "json");
    assertThat(json.code()).isZero();
    assertThat(json.out()).isEqualTo("{\"floor\":120}\n");
    assertThat(cli.store.argumentsOf("compact")).containsExactly(100L);
    cli.store.answer(120L);
    assertThat(cli.run("compact", "100").out()).isEqualTo("floor 120\n");
  }

  @Test
  void whatIsNoRevisionIsBadInput() {
    assertThat(cli.run("compact", "0").code()).isEqualTo(2);
    assertThat(cli.run("compact", "ten").code()).isEqualTo(2);
    assertThat(cli.run("compact").code()).isEqualTo(2);
    assertThat(cli.store.asked).isEmpty();
  }
}
