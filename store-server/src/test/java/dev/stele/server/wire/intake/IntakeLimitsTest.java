// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class IntakeLimitsTest {
  private static final long MIB = 1L << 20;

  @Test
  void aHeapOf256MebibytesBearsFourThousandConnections() {
    assertThat(IntakeLimits.forHeap(256 * MIB))
        .isEqualTo(new IntakeLimits(4_096, 8_192, 16 * MIB, 16 * MIB));
  }

  @Test
  void aTinyHeapStillServes() {
    assertThat(IntakeLimits.forHeap(1)).isEqualTo(new IntakeLimits(1_024, 1_024, 8 * MIB, 8 * MIB));
  }

  @Test
  void aHugeHeapDoesNotTakeInWithoutBound() {
    assertThat(IntakeLimits.forHeap(Long.MAX_VALUE))
        .isEqualTo(new IntakeLimits(65_536, 131_072, 256 * MIB, 64 * MIB));
  }

  @Test
  void nothingIsNoLimit() {
    assertThatThrownBy(() -> new IntakeLimits(0, 1, 1, 1)).hasMessageContaining("maxConnections");
    assertThatThrownBy(() -> new IntakeLimits(1, 0, 1, 1)).hasMessageContaining("maxCalls");
    assertThatThrownBy(() -> new IntakeLimits(1, 1, 0, 1)).hasMessageContaining("requestBytes");
    assertThatThrownBy(() -> new IntakeLimits(1, 1, 1, 0)).hasMessageContaining("replyBytes");
  }
}
