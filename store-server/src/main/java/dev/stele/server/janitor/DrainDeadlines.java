// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.janitor;

import dev.stele.server.port.CommandLog;
import dev.stele.server.port.StateStore;
import dev.stele.server.port.Ticker;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Has claims taken away that were to be given back within a time, and were not. The leader counts
 * each drain from when it saw it, by its monotonic clock: one that has just begun to lead knows
 * nothing of what another had counted, so a drain may take longer, and never less, than its
 * deadline.
 */
final class DrainDeadlines implements Task {
  private final DrainFeed feed;
  private final CommandLog log;
  private final StateStore store;
  private final Ticker ticker;
  private final Runnable wake;
  private final TaskMeters meters;
  private volatile Optional<DrainCount> count = Optional.empty();

  /**
   * @param wake called, on other threads, when there is something to do before the next look
   */
  DrainDeadlines(
      DrainFeed feed,
      CommandLog log,
      StateStore store,
      Ticker ticker,
      MeterRegistry registry,
      Runnable wake) {
    this.feed = feed;
    this.log = log;
    this.store = store;
    this.ticker = ticker;
    this.wake = wake;
    this.meters = new TaskMeters(registry, "drains");
    Gauge.builder("stele.janitor.drains", this, it -> it.counted())
        .description("claims that drain and whose time is counted, at the leader")
        .register(registry);
  }

  @Override
  public TaskMeters meters() {
    return meters;
  }

  @Override
  public Step tend(OptionalLong term) {
    if (count.isPresent() && !(term.isPresent() && count.get().term() == term.getAsLong())) {
      feed.close();
      count = Optional.empty();
    }
    if (count.isEmpty() && term.isPresent()) {
      // Open before the first claim is read: what is changed behind that is heard of.
      feed.open();
      count = Optional.of(new DrainCount(term.getAsLong(), feed, log, store, ticker, meters, wake));
    }
    return count.map(DrainCount::step).orElse(Step.NONE);
  }

  /** Drains whose time is counted here; any thread. */
  int counted() {
    return count.map(DrainCount::counted).orElse(0);
  }
}
