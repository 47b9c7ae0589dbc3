// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class UsesTest {
  private final AtomicInteger released = new AtomicInteger();
  private final Uses uses = new Uses(released::incrementAndGet);

  @Test
  void whatNobodyUsesIsReleasedAtItsEnd() {
    assertThat(uses.begin()).isTrue();
    uses.done();
    assertThat(released).hasValue(0);
    uses.end();
    uses.end();
    assertThat(released).hasValue(1);
  }

  @Test
  void theLastOneToLeaveReleases() {
    assertThat(uses.begin()).isTrue();
    assertThat(uses.begin()).isTrue();
    uses.end();
    uses.done();
    assertThat(released).hasValue(0);
    uses.done();
    assertThat(released).hasValue(1);
  }

  @Test
  void nobodyBeginsAfterTheEnd() {
    assertThat(uses.begin()).isTrue();
    assertThat(uses.ended()).isFalse();
    uses.end();
    assertThat(uses.ended()).isTrue();
    assertThat(uses.begin()).isFalse();
    assertThatIllegalStateException()
        .isThrownBy(() -> uses.beginOrThrow("it"))
        .withMessage("it is closed");
    uses.done();
    assertThat(uses.begin()).isFalse();
    assertThat(released).hasValue(1);
  }
}
