// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

/** Loads by rate, in a time that the test makes. */
final class ScheduleTest {
  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

  private final AtomicLong nanos = new AtomicLong(5_000_000_000_000L);

  @Test
  void operationsAreDueAtEvenDistances() {
    Schedule schedule = new Schedule(1_000, 200);
    assertThat(schedule.dueNanos(0)).isEqualTo(1_000);
    assertThat(schedule.dueNanos(1)).isEqualTo(1_000 + 5 * MILLI);
    assertThat(schedule.dueNanos(401)).isEqualTo(1_000 + 2_005 * MILLI);
    assertThat(schedule.dueBy(999)).isZero();
    assertThat(schedule.dueBy(1_000)).isEqualTo(1);
    assertThat(schedule.dueBy(1_000 + 5 * MILLI - 1)).isEqualTo(1);
    assertThat(schedule.dueBy(1_000 + 5 * MILLI)).isEqualTo(2);
  }

  @Test
  void aDayAtTheHighestRateDoesNotOverflow() {
    Schedule schedule = new Schedule(0, Schedule.RATE_MAX);
    long day = TimeUnit.DAYS.toSeconds(1);
    assertThat(schedule.dueNanos(day * Schedule.RATE_MAX)).isEqualTo(TimeUnit.DAYS.toNanos(1));
    assertThat(schedule.dueBy(TimeUnit.DAYS.toNanos(1))).isEqualTo(day * Schedule.RATE_MAX + 1);
  }

  @Test
  void ratesOutOfRangeAreRefused() {
    assertThat(new Schedule(0, 1).rate()).isEqualTo(1);
    assertThatIllegalArgumentException().isThrownBy(() -> new Schedule(0, 0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Schedule(0, Schedule.RATE_MAX + 1))
        .withMessage("rate: 100001 is not between 1 and 100000");
  }

  @Test
  void anOpenLoopMakesUpForWhatIsLateAndTellsWhenItWasDue() {
    List<Long> due = new ArrayList<>();
    long began = nanos.get();
    OpenLoop loop =
        new OpenLoop(100, nanos::get, (number, dueNanos) -> due.add((dueNanos - began) / MILLI));
    loop.startWhatIsDue();
    nanos.addAndGet(35 * MILLI);
    loop.startWhatIsDue();
    loop.startWhatIsDue();
    assertThat(due).containsExactly(0L, 10L, 20L, 30L);
  }

  @Test
  void aStallShowsInTheLatenciesOfAllThatWasDueMeanwhile() {
    Histogram latencies = stalled(new Tickets.Steady(1_000, nanos::get));
    // One call took 100 ms; the 99 that were due behind it waited for 99, 98, … 1 ms.
    assertThat(latencies.getTotalCount()).isEqualTo(200);
    assertThat(latencies.getMaxValue()).isBetween(99_900L, 100_100L);
    assertThat(latencies.getValueAtPercentile(75)).isBetween(48_000L, 52_000L);
  }

  @Test
  void aClosedLoopHidesAStall() {
    Histogram latencies = stalled(Tickets.closedLoop(nanos::get));
    assertThat(latencies.getMaxValue()).isBetween(99_900L, 100_100L);
    assertThat(latencies.getValueAtPercentile(75)).isLessThan(10L);
  }

  /** One client, whose first call takes 100 ms and whose others take no time. */
  private Histogram stalled(Tickets tickets) {
    Meter meter = new Meter();
    meter.start(nanos.get());
    AtomicBoolean ended = new AtomicBoolean();
    CompletableFuture<Void> slow = new CompletableFuture<>();
    AtomicLong calls = new AtomicLong();
    var setting =
        new LoopClient.Setting(
            meter,
            failure -> {
              throw new AssertionError(failure);
            },
            nanos::get,
            tickets,
            Runnable::run,
            ended::get);
    LoopClient client =
        new LoopClient(
            setting,
            () -> {
              long number = calls.incrementAndGet();
              ended.set(number == 200);
              return number == 1 ? slow : CompletableFuture.completedFuture(null);
            });
    client.start();
    nanos.addAndGet(100 * MILLI);
    slow.complete(null);
    for (int tick = 0; tick < 100 && tickets instanceof Tickets.Steady steady; tick++) {
      nanos.addAndGet(MILLI);
      steady.tick();
    }
    assertThat(client.done()).isCompleted();
    return meter.latencyMicros();
  }
}
