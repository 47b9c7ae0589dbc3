// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.boot;

import dev.stele.server.storage.RocksStateStore;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Set;

/**
 * The meters of one node, and of the JVM that it is in. Each carries the node's id; what has a
 * distribution has few and fixed buckets, so that the quantiles of several nodes can be put
 * together.
 */
record NodeMeters(PrometheusMeterRegistry registry, JvmGcMetrics collections)
    implements AutoCloseable {
  private static final double MILLI = 1e6;

  private static final Set<String> LATENCIES =
      Set.of(
          "stele.api.requests",
          "stele.commit",
          "stele.apply",
          "stele.confirm.rounds",
          "stele.fsync");

  private static final double[] LATENCY_BUCKETS_NANOS = {
    0.1 * MILLI,
    0.25 * MILLI,
    0.5 * MILLI,
    MILLI,
    2.5 * MILLI,
    5 * MILLI,
    10 * MILLI,
    25 * MILLI,
    50 * MILLI,
    100 * MILLI,
    250 * MILLI,
    500 * MILLI,
    1_000 * MILLI,
    2_500 * MILLI,
    5_000 * MILLI
  };

  private static final String BATCH = "stele.proposer.batch";

  /** Up to the most commands of an entry. */
  private static final double[] BATCH_BUCKETS = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512};

  static NodeMeters open(String nodeId) {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    registry.config().commonTags("node", nodeId).meterFilter(buckets());
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    JvmGcMetrics collections = new JvmGcMetrics();
    collections.bindTo(registry);
    return new NodeMeters(registry, collections);
  }

  /** What only {@code store} knows of itself. */
  void watch(RocksStateStore store) {
    Gauge.builder("stele.store.unsettled.bytes", store, RocksStateStore::unsettledBytes)
        .description("of the heap, what applied entries left and RocksDB was not told yet")
        .register(registry);
    FunctionCounter.builder("stele.store.waits", store, RocksStateStore::waits)
        .description("entries that waited because RocksDB did not keep up")
        .register(registry);
  }

  private static MeterFilter buckets() {
    return new MeterFilter() {
      @Override
      public DistributionStatisticConfig configure(
          Meter.Id id, DistributionStatisticConfig config) {
        if (LATENCIES.contains(id.getName())) {
          return withBuckets(config, LATENCY_BUCKETS_NANOS);
        }
        return id.getName().equals(BATCH) ? withBuckets(config, BATCH_BUCKETS) : config;
      }
    };
  }

  private static DistributionStatisticConfig withBuckets(
      DistributionStatisticConfig config, double[] buckets) {
    return DistributionStatisticConfig.builder()
        .serviceLevelObjectives(buckets)
        .build()
        .merge(config);
  }

  /** Stops listening to the collector, which lives longer than a node. */
  @Override
  public void close() {
    collections.close();
    registry.close();
  }
}
