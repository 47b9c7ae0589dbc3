// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ClosingTest {
  private final List<String> done = new ArrayList<>();

  @Test
  void whatWasOpenedLastIsClosedFirst() {
    Closing closing = new Closing();
    closing.first(() -> done.add("store"));
    closing.first(() -> done.add("listener"));
    closing.then(() -> done.add("lock"));
    closing.run();
    closing.run();
    assertThat(done).containsExactly("listener", "store", "lock");
  }

  @Test
  void aStepThatFailsKeepsNoOtherFromBeingTried() {
    IOException first = new IOException("first");
    IllegalStateException second = new IllegalStateException("second");
    Closing closing =
        new Closing()
            .then(
                () -> {
                  throw first;
                })
            .then(
                () -> {
                  throw second;
                })
            .then(() -> done.add("last"));
    Throwable thrown = catchThrowable(closing::run);
    assertThat(done).containsExactly("last");
    assertThat(thrown).hasCause(first).hasSuppressedException(second);
  }
}
