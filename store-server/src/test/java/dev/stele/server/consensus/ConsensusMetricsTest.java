// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.server.core.model.Limits;
import dev.stele.server.core.model.StoreMeta;
import dev.stele.server.core.model.Usage;
import dev.stele.server.port.Leadership;
import dev.stele.server.port.LogPosition;
import dev.stele.server.port.StateStore;
import dev.stele.server.storage.MapStateStore;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ConsensusMetricsTest {
  private final PrometheusMeterRegistry meters =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private volatile StoreMeta meta = facts(Map.of("config", 3L, "desired", 1L));
  private volatile Leadership.Role role = Leadership.Role.LEADER;
  private volatile Map<String, Long> commits = Map.of("n1", 100L, "n2", 70L);
  private final ConsensusMetrics metrics =
      new ConsensusMetrics(meters, this::standing, () -> meta, store(), () -> commits);

  private static StoreMeta facts(Map<String, Long> byKind) {
    return StoreMeta.EMPTY.changed(9, new Usage(new TreeMap<>(byKind), 1_000), 0, 0);
  }

  private Leadership.Standing standing() {
    return new Leadership.Standing(role, 4, Optional.of("n0"), true, 0, 100);
  }

  private static StateStore store() {
    return (StateStore)
        Proxy.newProxyInstance(
            ConsensusMetricsTest.class.getClassLoader(),
            new Class<?>[] {StateStore.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "applied" -> new LogPosition(4, 98);
                  case "sizeBytes" -> 12_345L;
                  case "snapshot" -> new MapStateStore().snapshot();
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }

  @BeforeEach
  void bind() {
    metrics.bind();
  }

  @AfterEach
  void close() {
    meters.close();
  }

  private double value(String name, String... tags) {
    return meters.get(name).tags(tags).gauge().value();
  }

  @Test
  void theNodeShowsWhereItStands() {
    assertThat(value("stele.leader")).isEqualTo(1);
    assertThat(value("stele.term")).isEqualTo(4);
    assertThat(value("stele.revision")).isEqualTo(9);
    assertThat(value("stele.raft.committed")).isEqualTo(100);
    assertThat(value("stele.raft.applied")).isEqualTo(98);
    assertThat(value("stele.store.bytes")).isEqualTo(12_345);
    assertThat(value("stele.store.used.bytes")).isEqualTo(1_000);
    assertThat(value("stele.store.limit.bytes")).isEqualTo(Limits.STORE_MAX_BYTES);
    assertThat(value("stele.facts.limit", "kind", "config")).isPositive();
  }

  @Test
  void kindsAndPeersComeAndGoAndTheirValuesAreThoseOfNow() {
    assertThat(value("stele.facts", "kind", "config")).isEqualTo(3);
    assertThat(value("stele.raft.lag", "peer", "n2")).isEqualTo(30);
    meta = facts(Map.of("config", 5L, "claim", 2L));
    commits = Map.of("n2", 99L);
    assertThat(value("stele.facts", "kind", "config")).isEqualTo(5);
    assertThat(value("stele.raft.lag", "peer", "n2")).isEqualTo(1);
    metrics.refresh();
    assertThat(value("stele.facts", "kind", "claim")).isEqualTo(2);
    assertThat(meters.find("stele.facts").tag("kind", "desired").gauge()).isNull();
    assertThat(meters.find("stele.raft.lag").tag("peer", "n1").gauge()).isNull();
    role = Leadership.Role.FOLLOWER;
    metrics.refresh();
    assertThat(meters.find("stele.raft.lag").gauge()).isNull();
    assertThat(value("stele.leader")).isZero();
  }

  @Test
  void theyCanBeReadWhileTheyAreRenewed() {
    // With one row each, renewing it would renew the whole metric.
    meta = facts(Map.of("config", 3L));
    commits = Map.of("n1", 100L);
    metrics.refresh();
    AtomicBoolean done = new AtomicBoolean();
    CompletableFuture<Void> renewing =
        CompletableFuture.runAsync(
            () -> {
              while (!done.get()) {
                metrics.refresh();
              }
            });
    try {
      for (int i = 0; i < 3_000; i++) {
        assertThat(meters.scrape()).contains("stele_facts", "stele_raft_lag");
      }
    } finally {
      done.set(true);
      renewing.join();
    }
  }

  @Test
  void nothingIsLeftOfANodeThatIsGone() {
    metrics.unbind();
    assertThat(meters.scrape()).doesNotContain("stele_");
  }
}
