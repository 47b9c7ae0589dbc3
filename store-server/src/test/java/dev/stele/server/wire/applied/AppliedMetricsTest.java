// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.applied;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.server.watch.NamedWatchers.Seat;
import dev.stele.server.watch.Selector;
import dev.stele.server.watch.WatcherName;
import dev.stele.server.watch.applied.WatcherRegistry;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class AppliedMetricsTest {
  private final AtomicLong nanos = new AtomicLong();
  private final AtomicLong revision = new AtomicLong(10);
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final WatcherRegistry registry = new WatcherRegistry("n1", 1, nanos::get);
  private final AppliedMetrics metrics = new AppliedMetrics(meters, registry, revision::get);

  private Seat seat(String name) {
    return (Seat) registry.open(new WatcherName(name, 1), Selector.ALL);
  }

  private Gauge row(String name) {
    return meters.find("stele.applied.lag").tag("watcher", name).gauge();
  }

  @Test
  void eachNamedWatcherHasARowThatTellsHowFarItIsBehind() {
    Seat seat = seat("a");
    seat("b").report(12, "");
    metrics.refresh();
    assertThat(row("a").value()).isEqualTo(10);
    assertThat(row("b").value()).as("ahead of what this node showed last").isZero();
    seat.report(7, "");
    assertThat(row("a").value()).isEqualTo(3);
    revision.set(20);
    assertThat(row("a").value()).isEqualTo(13);
  }

  @Test
  void aRowThatStaysIsNotReplaced() {
    seat("a");
    metrics.refresh();
    Gauge before = row("a");
    seat("b");
    metrics.refresh();
    assertThat(row("a")).isSameAs(before);
    assertThat(row("b")).isNotNull();
  }

  @Test
  void aWatcherThatIsForgottenHasNoRow() {
    Seat seat = seat("a");
    seat("b");
    metrics.refresh();
    seat.close();
    metrics.refresh();
    assertThat(row("a")).as("away, and remembered").isNotNull();
    nanos.addAndGet(WatcherRegistry.RETENTION.toNanos());
    registry.sweep();
    assertThat(row("a").value()).isNaN();
    metrics.refresh();
    assertThat(row("a")).isNull();
    assertThat(row("b")).isNotNull();
  }

  @Test
  void noRowOutlivesTheNode() {
    seat("a");
    metrics.refresh();
    metrics.unbind();
    assertThat(meters.find("stele.applied.lag").gauges()).isEmpty();
  }
}
