// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.applied;

import dev.stele.server.watch.applied.WatcherRegistry;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/** How far each named watcher of this node is behind the node. */
public final class AppliedMetrics {
  private final WatcherRegistry registry;
  private final LongSupplier revision;
  private final MultiGauge lag;
  private long namesVersion;

  /**
   * @param revision that this node stands at
   */
  public AppliedMetrics(MeterRegistry meters, WatcherRegistry registry, LongSupplier revision) {
    this.registry = registry;
    this.revision = revision;
    this.lag =
        MultiGauge.builder("stele.applied.lag")
            .description("revisions that a named watcher of this node has not reported as applied")
            .register(meters);
  }

  /**
   * Watchers come and go: called now and then, by one thread. Rows that stay are left alone and ask
   * for their values themselves: one that is replaced while somebody reads is there twice.
   */
  public void refresh() {
    long now = registry.namesVersion();
    if (now == namesVersion) {
      return;
    }
    namesVersion = now;
    List<Row<?>> rows = new ArrayList<>();
    for (String name : registry.names()) {
      rows.add(Row.of(Tags.of("watcher", name), () -> lag(name)));
    }
    lag.register(rows, false);
  }

  private double lag(String name) {
    OptionalLong applied = registry.applied(name);
    return applied.isPresent()
        ? Math.max(0, revision.getAsLong() - applied.getAsLong())
        : Double.NaN;
  }

  /** A registry that outlives this node must not ask it any more. */
  public void unbind() {
    lag.register(List.of(), true);
  }
}
