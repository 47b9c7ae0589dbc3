// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.propose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.server.core.model.Limits;
import org.junit.jupiter.api.Test;

final class EntrySizeTest {
  private final EntrySize size = new EntrySize();

  private void decided(int times, long nanos) {
    for (int i = 0; i < times; i++) {
      size.decided(size.bytes(), nanos);
    }
  }

  @Test
  void itBeginsWithAllThatALogEntryMayHave() {
    assertThat(size.bytes()).isEqualTo(Limits.ENTRY_MAX_BYTES);
  }

  @Test
  void entriesThatTakeLongMakeTheNextOnesSmaller() {
    decided(1, EntrySize.QUICK_NANOS / 2);
    decided(1, EntrySize.SLOW_NANOS + 2);
    assertThat(size.bytes()).isEqualTo(Limits.ENTRY_MAX_BYTES / 2);
    decided(10, EntrySize.SLOW_NANOS + 2);
    assertThat(size.bytes()).isEqualTo(EntrySize.MIN_BYTES);
  }

  @Test
  void entriesThatAreQuickMakeItLargeAgain() {
    decided(1, EntrySize.QUICK_NANOS / 2);
    decided(10, EntrySize.SLOW_NANOS + 2);
    size.decided(EntrySize.MIN_BYTES / 2, EntrySize.QUICK_NANOS);
    assertThat(size.bytes()).as("a small entry says nothing").isEqualTo(EntrySize.MIN_BYTES);
    decided(1, EntrySize.QUICK_NANOS);
    assertThat(size.bytes()).isEqualTo(2 * EntrySize.MIN_BYTES);
    decided(10, EntrySize.QUICK_NANOS);
    assertThat(size.bytes()).isEqualTo(Limits.ENTRY_MAX_BYTES);
  }

  @Test
  void betweenQuickAndSlowItStays() {
    decided(1, EntrySize.QUICK_NANOS / 4);
    decided(20, EntrySize.SLOW_NANOS);
    assertThat(size.bytes()).isEqualTo(Limits.ENTRY_MAX_BYTES);
  }

  @Test
  void aDiskThatIsSlowByItselfMakesNoDifference() {
    decided(100, 10 * EntrySize.SLOW_NANOS);
    assertThat(size.bytes()).isEqualTo(Limits.ENTRY_MAX_BYTES);
  }
}
