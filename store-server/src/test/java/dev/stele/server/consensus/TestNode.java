// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus;

import dev.stele.server.consensus.ratis.DirectorySync;
import dev.stele.server.consensus.ratis.RatisNode;
import dev.stele.server.core.command.Expect;
import dev.stele.server.core.command.Put;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Key;
import dev.stele.server.port.ChangeListener;
import dev.stele.server.port.Leadership.Role;
import dev.stele.server.port.Leadership.Standing;
import dev.stele.server.port.PeerIdentity;
import dev.stele.server.port.Proposal;
import dev.stele.server.port.ReadGate.Admission;
import dev.stele.server.port.StateStore;
import dev.stele.server.port.Ticker;
import dev.stele.server.storage.MapStateStore;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.apache.ratis.conf.RaftProperties;

/** One node of a {@link TestCluster}: it can be stopped, killed and started again. */
final class TestNode {
  static final Duration PATIENCE = Duration.ofSeconds(10);

  final String id;
  final List<String> faults = new CopyOnWriteArrayList<>();
  MeterRegistry meters;
  MapStateStore store = new MapStateStore();
  ConsensusNode consensus;
  private final ConsensusSettings settings;
  private final TestLinks links;
  private final Consumer<RaftProperties> properties;
  private final UnaryOperator<StateStore> wrapping;
  private final DirectorySync disk;
  private TestPeerServer peers;

  TestNode(
      ConsensusSettings settings,
      TestLinks links,
      Consumer<RaftProperties> properties,
      UnaryOperator<StateStore> wrapping,
      DirectorySync disk) {
    this.id = settings.selfId();
    this.settings = settings;
    this.links = links;
    this.properties = properties;
    this.wrapping = wrapping;
    this.disk = disk;
  }

  void start() throws IOException {
    peers = new TestPeerServer(id, URI.create("grpc://" + settings.self().api()).getPort(), links);
    meters = new SimpleMeterRegistry();
    consensus =
        ConsensusNode.start(
            settings,
            wrapping.apply(store),
            new PeerIdentity(id, PretendedNode.SECRET),
            Ticker.SYSTEM,
            meters,
            (what, cause) -> faults.add(what + ": " + cause),
            ChangeListener.NONE,
            new RatisNode.Hooks(properties, links, disk));
    peers.answerWith(consensus.peerAnswers());
  }

  /** Stops in an orderly way, and keeps what the process had in memory. */
  void stop() {
    consensus.close();
    peers.close();
    consensus = null;
  }

  /** Ends everything, with no word to the others. */
  void stopAtOnce() {
    consensus.kill();
    peers.close();
    consensus = null;
  }

  /** Loses what was not durable, as a killed process does. */
  void kill() {
    links.isolate(id);
    stopAtOnce();
    store = store.crash();
    links.heal(id);
  }

  ConsensusSettings settings() {
    return settings;
  }

  boolean isUp() {
    return consensus != null;
  }

  /** Makes everything applied durable, as the store's flushes do. */
  void flush() {
    consensus.durable(store.flush());
  }

  Standing standing() {
    return consensus.leadership().standing();
  }

  boolean leads() {
    return isUp() && standing().role() == Role.LEADER && standing().ready();
  }

  CompletableFuture<Proposal> write(String key, String body) {
    return consensus.log().propose(put(key, body), deadlineNanos(PATIENCE));
  }

  CompletableFuture<Admission> read(Duration timeout) {
    return consensus.reads().linearizable(deadlineNanos(timeout));
  }

  Optional<String> body(String key) {
    try (StateStore.Snapshot snapshot = store.snapshot()) {
      return snapshot.fact(Key.of(key)).map(fact -> fact.body().toString());
    }
  }

  static Put put(String key, String body) {
    return new Put(Key.of(key), Bytes.utf8(body), Expect.ANYTHING, Optional.empty(), List.of());
  }

  static <T> T now(CompletableFuture<T> future) throws Exception {
    return future.get(2 * PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  static long deadlineNanos(Duration timeout) {
    return Ticker.SYSTEM.nanos() + timeout.toNanos();
  }
}
