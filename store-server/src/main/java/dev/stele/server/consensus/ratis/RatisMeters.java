// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.ratis;

import dev.stele.server.port.Ticker;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.ratis.metrics.LongCounter;
import org.apache.ratis.metrics.MetricRegistries;
import org.apache.ratis.metrics.MetricRegistryInfo;
import org.apache.ratis.metrics.RatisMetricRegistry;
import org.apache.ratis.metrics.Timekeeper;
import org.apache.ratis.util.TimeDuration;

/**
 * What Ratis measures of itself, found by it as a service: the times of its log's syncs become
 * {@code stele.fsync} of the node that they belong to, everything else is dropped. Ratis's own
 * implementation samples some hundred timers, has no histograms, and takes a part of each entry.
 *
 * <p>One for the JVM, as Ratis has it; nodes are told apart by member and group.
 */
public final class RatisMeters extends MetricRegistries {
  /** As {@code SegmentedRaftLogMetrics} calls it: the force of the log's file alone. */
  private static final String SYNC_TIME = "syncTime";

  private static final Map<String, Timer> SYNCS = new ConcurrentHashMap<>();
  private static final Timekeeper.Context NOTHING = () -> 0;

  private final Map<MetricRegistryInfo, RatisMetricRegistry> registries = new ConcurrentHashMap<>();

  /** Shows the syncs of {@code member}'s log in {@code meters} from now on. */
  static Timer bind(String member, MeterRegistry meters) {
    Timer timer =
        Timer.builder("stele.fsync").description("forcing the log to the disk").register(meters);
    SYNCS.put(member, timer);
    return timer;
  }

  /** Undoes what {@link #bind} did, unless another node of this name came since. */
  static void unbind(String member, Timer timer) {
    SYNCS.remove(member, timer);
  }

  @Override
  public void clear() {
    registries.clear();
  }

  @Override
  public RatisMetricRegistry create(MetricRegistryInfo info) {
    return registries.computeIfAbsent(info, Registry::new);
  }

  @Override
  public boolean remove(MetricRegistryInfo info) {
    return registries.remove(info) != null;
  }

  @Override
  public Optional<RatisMetricRegistry> get(MetricRegistryInfo info) {
    return Optional.ofNullable(registries.get(info));
  }

  @Override
  public Set<MetricRegistryInfo> getMetricRegistryInfos() {
    return Set.copyOf(registries.keySet());
  }

  @Override
  public Collection<RatisMetricRegistry> getMetricRegistries() {
    return List.copyOf(registries.values());
  }

  /** Nobody reports from here: {@code /metrics} does. */
  @Override
  public void addReporterRegistration(
      Consumer<RatisMetricRegistry> reporter, Consumer<RatisMetricRegistry> stopper) {}

  @Override
  public void enableJmxReporter() {}

  @Override
  public void enableConsoleReporter(TimeDuration period) {}

  private record Registry(MetricRegistryInfo info) implements RatisMetricRegistry {
    @Override
    public Timekeeper timer(String name) {
      if (!name.equals(SYNC_TIME)) {
        return () -> NOTHING;
      }
      String member = info.getPrefix();
      return () -> {
        long beganNanos = Ticker.SYSTEM.nanos();
        return () -> synced(member, Ticker.SYSTEM.nanos() - beganNanos);
      };
    }

    private static long synced(String member, long nanos) {
      Timer timer = SYNCS.get(member);
      if (timer != null) {
        timer.record(nanos, TimeUnit.NANOSECONDS);
      }
      return nanos;
    }

    @Override
    public LongCounter counter(String name) {
      return new Counter(new LongAdder());
    }

    @Override
    public boolean remove(String name) {
      return false;
    }

    @Override
    public <T> void gauge(String name, Supplier<Supplier<T>> gauge) {}

    @Override
    public MetricRegistryInfo getMetricRegistryInfo() {
      return info;
    }
  }

  /** Ratis asks some of them for their value. */
  private record Counter(LongAdder value) implements LongCounter {
    @Override
    public void inc(long by) {
      value.add(by);
    }

    @Override
    public void dec(long by) {
      value.add(-by);
    }

    @Override
    public long getCount() {
      return value.sum();
    }
  }
}
