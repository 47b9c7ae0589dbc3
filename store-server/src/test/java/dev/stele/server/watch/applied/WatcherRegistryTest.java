// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.watch.applied;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.server.core.model.Reason;
import dev.stele.server.watch.NamedWatchers.Opening;
import dev.stele.server.watch.NamedWatchers.Seat;
import dev.stele.server.watch.NamedWatchers.Turned;
import dev.stele.server.watch.Selector;
import dev.stele.server.watch.WatcherName;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class WatcherRegistryTest {
  private final AtomicLong nanos = new AtomicLong();
  private final WatcherRegistry registry = new WatcherRegistry("n1", 7, nanos::get);

  private Opening open(String name, long incarnation) {
    return registry.open(new WatcherName(name, incarnation), Selector.ALL);
  }

  private Seat seat(String name, long incarnation) {
    return (Seat) open(name, incarnation);
  }

  private Standing standing(String name) {
    return registry.snapshot().watchers().stream()
        .map(WatcherRegistry.Known::standing)
        .filter(standing -> standing.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private void pass(long nanosPassed) {
    nanos.addAndGet(nanosPassed);
  }

  @Test
  void whatWasReportedIsKnown() {
    Seat seat = seat("a", 3);
    assertThat(standing("a")).isEqualTo(new Standing("a", "n1", 3, 0, 0, "", true));
    assertThat(seat.report(5, "")).isEmpty();
    assertThat(standing("a")).isEqualTo(new Standing("a", "n1", 3, 5, 0, "", true));
  }

  @Test
  void whatWasAppliedNeverGoesBack() {
    Seat seat = seat("a", 1);
    seat.report(5, "");
    assertThat(seat.report(4, "")).isEmpty();
    assertThat(standing("a").applied()).isEqualTo(5);
  }

  @Test
  void aRefusalStandsUntilThatRevisionIsApplied() {
    Seat seat = seat("a", 1);
    seat.report(3, "");
    seat.report(5, "no such image");
    assertThat(standing("a")).isEqualTo(new Standing("a", "n1", 1, 3, 5, "no such image", true));
    seat.report(4, "");
    assertThat(standing("a").refused()).isEqualTo(5);
    seat.report(5, "");
    assertThat(standing("a")).isEqualTo(new Standing("a", "n1", 1, 5, 0, "", true));
  }

  @Test
  void theEarliestRefusalIsTheOneThatIsTold() {
    Seat seat = seat("a", 1);
    seat.report(5, "five");
    seat.report(8, "eight");
    assertThat(standing("a").refused()).isEqualTo(5);
    seat.report(5, "five again");
    assertThat(standing("a").refusal()).isEqualTo("five again");
    seat.report(4, "four");
    assertThat(standing("a").refused()).isEqualTo(4);
  }

  @Test
  void aLaterRefusalIsToldOnceTheEarlierIsOvercome() {
    Seat seat = seat("a", 1);
    seat.report(5, "five");
    seat.report(8, "eight");
    seat.report(5, "");
    assertThat(standing("a")).isEqualTo(new Standing("a", "n1", 1, 5, 8, "eight", true));
  }

  @Test
  void ofTooManyRefusalsTheLatestAreForgotten() {
    Seat seat = seat("a", 1);
    for (int revision = WatcherRegistry.REFUSALS_MAX + 1; revision >= 1; revision--) {
      seat.report(revision * 10L, "no to " + revision);
    }
    seat.report(WatcherRegistry.REFUSALS_MAX * 10L - 1, "");
    assertThat(standing("a").refused()).isEqualTo(WatcherRegistry.REFUSALS_MAX * 10L);
    seat.report(WatcherRegistry.REFUSALS_MAX * 10L, "");
    assertThat(standing("a").refused()).as("the fifth").isZero();
  }

  @Test
  void whatWasAppliedIsNotRefusedAfterwards() {
    Seat seat = seat("a", 1);
    seat.report(5, "");
    seat.report(5, "too late");
    assertThat(standing("a").refused()).isZero();
  }

  @Test
  void anOldStreamCantOverwriteANewerOne() {
    Seat old = seat("a", 1);
    old.report(9, "");
    Seat young = seat("a", 2);
    young.report(4, "");
    assertThat(old.report(10, "")).map(Turned::reason).contains(Reason.FENCED);
    old.close();
    assertThat(standing("a")).isEqualTo(new Standing("a", "n1", 2, 4, 0, "", true));
  }

  @Test
  void anOlderIncarnationIsFenced() {
    seat("a", 2);
    Turned turned = (Turned) open("a", 1);
    assertThat(turned.reason()).isEqualTo(Reason.FENCED);
    assertThat(turned.message()).contains("2").contains("1");
    assertThat(standing("a").incarnation()).isEqualTo(2);
  }

  @Test
  void anIncarnationThatWentAwayStillFencesOlderOnes() {
    seat("a", 2).close();
    assertThat(open("a", 1)).isInstanceOf(Turned.class);
  }

  @Test
  void theSameIncarnationGoesOnWithWhatItSaid() {
    Seat first = seat("a", 1);
    first.report(5, "");
    first.report(6, "six");
    Seat second = seat("a", 1);
    assertThat(standing("a")).isEqualTo(new Standing("a", "n1", 1, 5, 6, "six", true));
    assertThat(first.report(9, "")).map(Turned::reason).contains(Reason.FENCED);
    assertThat(second.report(7, "")).isEmpty();
    assertThat(standing("a").applied()).isEqualTo(7);
  }

  @Test
  void aReportAfterTheStreamHasEndedIsRefused() {
    Seat seat = seat("a", 1);
    seat.close();
    assertThat(seat.report(3, "")).map(Turned::reason).contains(Reason.FENCED);
    assertThat(standing("a").applied()).isZero();
  }

  @Test
  void aWatcherThatWentAwayIsRememberedForAWhile() {
    Seat seat = seat("a", 1);
    seat.report(5, "");
    seat.close();
    pass(WatcherRegistry.RETENTION.toNanos() - 1);
    registry.sweep();
    assertThat(standing("a")).isEqualTo(new Standing("a", "n1", 1, 5, 0, "", false));
    pass(1);
    registry.sweep();
    assertThat(registry.snapshot().watchers()).isEmpty();
    assertThat(seat.report(6, "")).isPresent();
  }

  @Test
  void aWatcherThatStaysIsNeverForgotten() {
    seat("a", 1);
    pass(10 * WatcherRegistry.RETENTION.toNanos());
    registry.sweep();
    assertThat(standing("a").connected()).isTrue();
  }

  @Test
  void oneNameMoreThanTheLimitIsTurnedAway() {
    for (int i = 1; i < WatcherRegistry.NAMES_MAX; i++) {
      seat("w" + i, 1);
    }
    Seat last = seat("last", 1);
    assertThat(open("more", 1))
        .isInstanceOfSatisfying(
            Turned.class, turned -> assertThat(turned.reason()).isEqualTo(Reason.LIMIT_REACHED));
    assertThat(open("w1", 2)).as("a known name needs no room").isInstanceOf(Seat.class);
    last.close();
    assertThat(open("more", 1))
        .as("it is remembered, and holds its room")
        .isInstanceOf(Turned.class);
    pass(WatcherRegistry.RETENTION.toNanos());
    assertThat(open("more", 1)).as("room that nobody swept yet").isInstanceOf(Seat.class);
    assertThat(registry.names()).hasSize(WatcherRegistry.NAMES_MAX).doesNotContain("last");
  }

  @Test
  void theVersionChangesWithEverythingThatCanBeSeenAndWithNothingElse() {
    Seat seat = seat("a", 1);
    long before = registry.snapshot().version();
    seat.report(5, "");
    long applied = registry.snapshot().version();
    assertThat(applied).isGreaterThan(before);
    seat.report(5, "");
    seat.report(4, "no");
    registry.sweep();
    assertThat(registry.snapshot().version()).isEqualTo(applied);
    seat.report(6, "no");
    long refused = registry.snapshot().version();
    assertThat(refused).isGreaterThan(applied);
    seat.report(6, "no");
    assertThat(registry.snapshot().version()).isEqualTo(refused);
    seat.close();
    long closed = registry.snapshot().version();
    assertThat(closed).isGreaterThan(refused);
    seat.close();
    assertThat(registry.snapshot().version()).isEqualTo(closed);
    pass(WatcherRegistry.RETENTION.toNanos());
    registry.sweep();
    assertThat(registry.snapshot().version()).isGreaterThan(closed);
  }

  @Test
  void whoWaitsIsToldOnceAndAtOnceWhenItIsLate() {
    AtomicInteger told = new AtomicInteger();
    long seen = registry.snapshot().version();
    registry.whenChanged(seen, told::incrementAndGet);
    assertThat(told).hasValue(0);
    Seat seat = seat("a", 1);
    seat.report(1, "");
    assertThat(told).hasValue(1);
    registry.whenChanged(seen, told::incrementAndGet);
    assertThat(told).hasValue(2);
  }

  @Test
  void whoWaitsNoMoreIsForgotten() {
    AtomicInteger told = new AtomicInteger();
    registry.whenChanged(registry.snapshot().version(), told::incrementAndGet).close();
    assertThat(registry.waiting()).isZero();
    seat("a", 1);
    assertThat(told).hasValue(0);
  }

  @Test
  void namesAreToldAndCounted() {
    long none = registry.namesVersion();
    Seat seat = seat("a", 1);
    long one = registry.namesVersion();
    assertThat(one).isGreaterThan(none);
    seat("a", 2);
    assertThat(registry.namesVersion()).as("the same name").isEqualTo(one);
    seat("b", 1).report(8, "");
    assertThat(registry.names()).containsExactly("a", "b");
    assertThat(registry.applied("b")).hasValue(8);
    assertThat(registry.applied("c")).isEmpty();
    seat.close();
    assertThat(registry.names()).contains("a");
  }

  @Test
  void reportsFromManyThreadsAllCount() throws InterruptedException {
    int threads = 8;
    int reports = 2_000;
    List<Seat> seats = IntStream.range(0, threads).mapToObj(i -> seat("t" + i, 1)).toList();
    CountDownLatch done = new CountDownLatch(threads);
    long before = registry.snapshot().version();
    for (Seat seat : seats) {
      new Thread(
              () -> {
                for (int revision = 1; revision <= reports; revision++) {
                  seat.report(revision, "");
                }
                done.countDown();
              })
          .start();
    }
    assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(registry.snapshot().version()).isEqualTo(before + (long) threads * reports);
    assertThat(registry.snapshot().watchers())
        .allSatisfy(known -> assertThat(known.standing().applied()).isEqualTo(reports));
  }
}
