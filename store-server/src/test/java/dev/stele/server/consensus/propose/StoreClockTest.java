// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.propose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.server.consensus.ManualTicker;
import dev.stele.server.core.model.Limits;
import dev.stele.server.core.model.Stamp;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

final class StoreClockTest {
  private final ManualTicker ticker = new ManualTicker();
  private final AtomicLong store = new AtomicLong(40_000);
  private final AtomicLong wall = new AtomicLong(7);
  private final StoreClock clock = new StoreClock(ticker, store::get, wall::get);

  @Test
  void aLeadershipBeginsWhereTheStoreStands() {
    ticker.advanceMillis(3_600_000);
    assertThat(clock.next(2)).isEqualTo(new Stamp(2, 40_000, 7));
    ticker.advanceMillis(300);
    assertThat(clock.next(2).storeTimeMillis()).isEqualTo(40_300);
    store.set(90_000);
    assertThat(clock.next(3).storeTimeMillis()).isEqualTo(90_000);
  }

  @Test
  void anIdleHourAdvancesItByOneSecond() {
    clock.next(2);
    ticker.advanceMillis(3_600_000);
    assertThat(clock.next(2).storeTimeMillis()).isEqualTo(41_000);
    assertThat(clock.next(2).storeTimeMillis()).isEqualTo(41_000);
    ticker.advanceMillis(5);
    assertThat(clock.next(2).storeTimeMillis()).isEqualTo(41_005);
  }

  @Test
  void theWallClockMovesNothing() {
    clock.next(2);
    wall.set(Long.MAX_VALUE);
    assertThat(clock.next(2)).isEqualTo(new Stamp(2, 40_000, Long.MAX_VALUE));
    wall.set(-5);
    assertThat(clock.next(2)).isEqualTo(new Stamp(2, 40_000, -5));
  }

  @Property
  void aStampNeverGoesBackNorFarAhead(@ForAll List<@LongRange(min = 0, max = 5_000) Long> pauses) {
    long before = clock.next(1).storeTimeMillis();
    for (long pause : pauses) {
      ticker.advanceMillis(pause);
      long now = clock.next(1).storeTimeMillis();
      assertThat(now - before).isEqualTo(Math.min(pause, Limits.STAMP_MAX_ADVANCE_MILLIS));
      before = now;
    }
  }
}
