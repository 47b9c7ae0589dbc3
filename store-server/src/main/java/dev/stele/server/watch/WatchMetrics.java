// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.watch;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** What is shown of a node's watches. Thread-safe. */
final class WatchMetrics {
  private final AtomicInteger watchers = new AtomicInteger();
  private final Set<Watcher> behind = ConcurrentHashMap.newKeySet();
  private final Counter live;
  private final Counter late;

  WatchMetrics(MeterRegistry meters, WatchFeed feed) {
    Gauge.builder("stele.watchers", watchers, AtomicInteger::get)
        .description("watches that go on at this node")
        .register(meters);
    Gauge.builder("stele.watch.lag", this, metrics -> metrics.lag(feed.applied()))
        .description("revisions that the watch that is furthest behind has not passed")
        .register(meters);
    Gauge.builder("stele.watch.ring.bytes", feed, it -> it.ring().bytes())
        .description("recent revisions that are kept in memory for watches")
        .baseUnit("bytes")
        .register(meters);
    live = events(meters, "live");
    late = events(meters, "behind");
  }

  private static Counter events(MeterRegistry meters, String from) {
    return Counter.builder("stele.watch.events")
        .description("events that were sent, to watches that keep up and to those that are behind")
        .tag("watch", from)
        .register(meters);
  }

  void began() {
    watchers.incrementAndGet();
  }

  void ended(Watcher watcher) {
    watchers.decrementAndGet();
    behind.remove(watcher);
  }

  int watchers() {
    return watchers.get();
  }

  void behind(Watcher watcher) {
    behind.add(watcher);
  }

  void caughtUp(Watcher watcher) {
    behind.remove(watcher);
  }

  void sent(int events, boolean keepsUp) {
    (keepsUp ? live : late).increment(events);
  }

  private double lag(long applied) {
    return behind.stream()
        .mapToLong(watcher -> Math.max(0, applied + 1 - watcher.behindFrom()))
        .max()
        .orElse(0);
  }
}
