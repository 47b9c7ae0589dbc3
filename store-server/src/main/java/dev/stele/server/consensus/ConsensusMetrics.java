// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus;

import dev.stele.server.core.kind.KindPolicy;
import dev.stele.server.core.kind.Kinds;
import dev.stele.server.core.model.Limits;
import dev.stele.server.core.model.StoreMeta;
import dev.stele.server.port.Leadership;
import dev.stele.server.port.Leadership.Role;
import dev.stele.server.port.StateStore;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** What this node shows of itself: its place in the cluster, and the state that it stands at. */
final class ConsensusMetrics {
  private final MeterRegistry meters;
  private final Leadership leadership;
  private final Supplier<StoreMeta> meta;
  private final StateStore store;
  private final Supplier<Map<String, Long>> peerCommits;
  private final List<Meter> gauges = new ArrayList<>();
  private final MultiGauge facts;
  private final MultiGauge factsLimit;
  private final MultiGauge lag;

  ConsensusMetrics(
      MeterRegistry meters,
      Leadership leadership,
      Supplier<StoreMeta> meta,
      StateStore store,
      Supplier<Map<String, Long>> peerCommits) {
    this.meters = meters;
    this.leadership = leadership;
    this.meta = meta;
    this.store = store;
    this.peerCommits = peerCommits;
    this.facts =
        MultiGauge.builder("stele.facts").description("live facts by kind").register(meters);
    this.factsLimit =
        MultiGauge.builder("stele.facts.limit")
            .description("facts that a kind may have")
            .register(meters);
    this.lag =
        MultiGauge.builder("stele.raft.lag")
            .description("committed entries that a peer is not known to have; at the leader only")
            .register(meters);
  }

  void bind() {
    gauge("stele.leader", "1 at the leader", it -> role() == Role.LEADER ? 1 : 0);
    gauge("stele.term", "Raft term", it -> it.leadership.standing().term());
    gauge("stele.revision", "of the last applied change", it -> it.meta.get().revision());
    gauge("stele.floor", "oldest readable revision", it -> it.meta.get().floor());
    gauge("stele.reclaimed", "below the floor, freed through here", it -> it.store.reclaimed());
    gauge(
        "stele.raft.committed",
        "index of the last log entry known to be committed",
        it -> it.leadership.standing().commitIndex());
    gauge(
        "stele.raft.applied",
        "index of the last applied log entry",
        it -> it.store.applied().index());
    gauge("stele.sessions", "client sessions", it -> it.meta.get().sessions().count());
    gauge(
        "stele.sessions.bytes",
        "of client sessions and the replies that they keep",
        it -> it.meta.get().sessions().bytes());
    gauge("stele.store.bytes", "on disk and in write buffers", it -> it.store.sizeBytes());
    gauge("stele.store.used.bytes", "of all keys and bodies", it -> it.meta.get().usage().bytes());
    gauge("stele.store.limit.bytes", "that they may have", it -> Limits.STORE_MAX_BYTES);
    refresh();
  }

  /**
   * Kinds and peers come and go: called now and then. Rows that stay are left alone and ask for
   * their values themselves: one that is replaced while somebody reads is there twice, and then
   * nothing can be read.
   */
  void refresh() {
    List<Row<?>> kinds = new ArrayList<>();
    List<Row<?>> limits = new ArrayList<>();
    for (String kind : meta.get().usage().byKind().keySet()) {
      Tags tags = Tags.of("kind", kind);
      kinds.add(Row.of(tags, () -> meta.get().usage().facts(kind)));
      limits.add(Row.of(tags, () -> maxFacts(kind)));
    }
    facts.register(kinds, false);
    factsLimit.register(limits, false);
    List<Row<?>> peers = new ArrayList<>();
    if (role() == Role.LEADER) {
      for (String peer : peerCommits.get().keySet()) {
        peers.add(Row.of(Tags.of("peer", peer), () -> lagOf(peer)));
      }
    }
    lag.register(peers, false);
  }

  private long maxFacts(String kind) {
    try (StateStore.Snapshot snapshot = store.snapshot()) {
      return Kinds.policy(snapshot, kind).map(KindPolicy::maxFacts).orElse(0L);
    }
  }

  private long lagOf(String peer) {
    long commit = peerCommits.get().getOrDefault(peer, -1L);
    return Math.max(0, leadership.standing().commitIndex() - commit);
  }

  /** A registry that outlives this node must not ask it any more. */
  void unbind() {
    gauges.forEach(meters::remove);
    facts.register(List.of(), true);
    factsLimit.register(List.of(), true);
    lag.register(List.of(), true);
  }

  private Role role() {
    return leadership.standing().role();
  }

  private void gauge(String name, String description, ToDoubleFunction<ConsensusMetrics> value) {
    gauges.add(
        Gauge.builder(name, this, value)
            .description(description)
            .strongReference(true)
            .register(meters));
  }
}
