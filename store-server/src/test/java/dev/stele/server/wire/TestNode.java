// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire;

import dev.stele.proto.v1.FactsGrpc;
import dev.stele.server.admission.report.ReportSettings;
import dev.stele.server.core.apply.EntryRule;
import dev.stele.server.core.command.Command;
import dev.stele.server.core.command.Compact;
import dev.stele.server.core.command.FormCluster;
import dev.stele.server.core.model.ClusterIdentity;
import dev.stele.server.core.model.Stamp;
import dev.stele.server.core.model.StoreMeta;
import dev.stele.server.port.CommandLog;
import dev.stele.server.port.Leadership;
import dev.stele.server.port.LogPosition;
import dev.stele.server.port.NodeAddress;
import dev.stele.server.port.PeerAnswers;
import dev.stele.server.port.PeerIdentity;
import dev.stele.server.port.Proposal;
import dev.stele.server.port.ReadGate;
import dev.stele.server.storage.MapStateStore;
import dev.stele.server.watch.WatchFeed;
import dev.stele.server.watch.WatchHub;
import dev.stele.server.watch.WatchSettings;
import dev.stele.server.watch.applied.WatcherRegistry;
import dev.stele.server.wire.intake.IntakeLimits;
import dev.stele.server.wire.watch.WatchEncoder;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/** A listener over a store in memory, with everything around it in the test's hands. */
final class TestNode implements AutoCloseable {
  static final String GROUP = "group-1";
  static final String SECRET = "between-nodes";
  static final IntakeLimits LIMITS = IntakeLimits.forHeap(512L << 20);
  static final WatchSettings WATCHES = new WatchSettings(1 << 20, 256, 10_000, 20_000);
  static final ReportSettings REPORTS = ReportSettings.standard();
  static final ClusterIdentity CLUSTER = new ClusterIdentity("cluster-1", 3);

  final String id;
  final MapStateStore store = new MapStateStore();
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  final AtomicLong nanos = new AtomicLong();
  final List<Throwable> faults = new ArrayList<>();
  final WatcherRegistry named;
  final ScriptedLeases leases = new ScriptedLeases();

  /** How often someone asked who leads. */
  final AtomicLong looks = new AtomicLong();

  /** Runs before someone is told who leads. */
  volatile Runnable onLook = () -> {};

  /** Deadlines that the log was given, on the node's ticker. */
  final List<Long> proposalDeadlines = new ArrayList<>();

  volatile CommandLog log = this::apply;
  volatile ReadGate gate = new OpenGate();
  volatile Leadership.Standing standing;
  volatile PeerAnswers.IndexAnswer index = new PeerAnswers.ConfirmedIndex(7, 42);

  private final WatchFeed feed = new WatchFeed(WATCHES, nanos::get, 0);

  /** Serves the watches; its ticker is the node's. */
  final WatchHub watches;

  final WireContext context;
  private final ApiServer server;
  private final ManagedChannel channel;

  TestNode(String id, NodeAddress... others) throws IOException {
    this(id, 0, LIMITS, others);
  }

  private TestNode(String id, int port, IntakeLimits limits, NodeAddress... others)
      throws IOException {
    this.id = id;
    standing = leading(id);
    named = new WatcherRegistry(id, id.hashCode(), nanos::get);
    List<NodeAddress> nodes = new ArrayList<>(List.of(others));
    nodes.add(new NodeAddress(id, "127.0.0.1:1", "127.0.0.1:2"));
    watches =
        WatchHub.start(
            new WatchHub.Setup(
                feed,
                store,
                new DelegatingGate(),
                this::look,
                new WatchEncoder(),
                named,
                WATCHES,
                nanos::get,
                meters,
                (what, cause) -> faults.add(cause)));
    context =
        new WireContext(
            id,
            nodes,
            store,
            (command, deadlineNanos) -> log.propose(command, deadlineNanos),
            new DelegatingGate(),
            this::look,
            new Answers(),
            watches,
            named,
            leases,
            REPORTS,
            new PeerIdentity(id, SECRET),
            nanos::get,
            meters,
            "1.2.3",
            (what, cause) -> faults.add(cause));
    server = ApiServer.start(settings(port, limits), context);
    channel = channel(server.port());
  }

  private static ApiSettings settings(int port, IntakeLimits limits) {
    return new ApiSettings(
        "127.0.0.1", port, 1, 2, 1_024, 16 * 1024, limits, Duration.ofMillis(200));
  }

  static ManagedChannel channel(int port) {
    return NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
  }

  /** With its cluster formed. */
  static TestNode formed(String id, NodeAddress... others) throws IOException {
    return formedAt(0, id, others);
  }

  /** With its cluster formed, at a port of the caller's choice. */
  static TestNode formedAt(int port, String id, NodeAddress... others) throws IOException {
    return formed(new TestNode(id, port, LIMITS, others));
  }

  /** With its cluster formed, and other limits than usual. */
  static TestNode limited(String id, IntakeLimits limits) throws IOException {
    return formed(new TestNode(id, 0, limits));
  }

  private static TestNode formed(TestNode node) {
    node.decide(new FormCluster(CLUSTER, 1, Collections.emptySortedMap()));
    return node;
  }

  static Leadership.Standing leading(String id) {
    return new Leadership.Standing(Leadership.Role.LEADER, 7, Optional.of(id), true, 0, 0);
  }

  static Leadership.Standing following(Optional<String> leader) {
    return new Leadership.Standing(Leadership.Role.FOLLOWER, 7, leader, false, 20, 0);
  }

  /** Runs {@code step} at the next look at who leads, and at none after it. */
  void onNextLook(Runnable step) {
    onLook =
        () -> {
          onLook = () -> {};
          step.run();
        };
  }

  private Leadership.Standing look() {
    looks.incrementAndGet();
    onLook.run();
    return standing;
  }

  /** Where it really listens. */
  NodeAddress address() {
    return new NodeAddress(id, "127.0.0.1:" + server.port(), "127.0.0.1:2");
  }

  ApiServer server() {
    return server;
  }

  ManagedChannel channel() {
    return channel;
  }

  FactsGrpc.FactsBlockingStub facts() {
    return FactsGrpc.newBlockingStub(channel);
  }

  long revision() {
    return store.meta().revision();
  }

  CompletableFuture<Proposal> apply(Command command, long deadlineNanos) {
    synchronized (proposalDeadlines) {
      proposalDeadlines.add(deadlineNanos);
    }
    return CompletableFuture.completedFuture(new Proposal.Decided(decide(command)));
  }

  /** Decides one command as an entry of its own, as the state machine would. */
  synchronized dev.stele.server.core.command.Result decide(Command command) {
    LogPosition entry = new LogPosition(7, store.applied().index() + 1);
    StoreMeta meta = store.meta();
    Stamp stamp = new Stamp(7, meta.storeTimeMillis() + 1, 0);
    EntryRule.Decided decided = EntryRule.decide(store.latest(), stamp, List.of(command));
    store.commit(entry, decided.effects());
    feed.committed(decided.effects().changes(), decided.effects().meta());
    return decided.results().get(0);
  }

  /** Makes everything below {@code floor} unreadable. */
  void compact(long floor) {
    decide(new Compact(floor));
  }

  @Override
  public void close() {
    channel.shutdownNow();
    watches.stop();
    server.close();
    watches.close();
    store.close();
  }

  /** Lets everything in. */
  static class OpenGate implements ReadGate {
    @Override
    public CompletableFuture<Admission> linearizable(long deadlineNanos) {
      return CompletableFuture.completedFuture(new Admitted());
    }

    @Override
    public CompletableFuture<Admission> atLeast(long revision, long deadlineNanos) {
      return CompletableFuture.completedFuture(new Admitted());
    }
  }

  private final class DelegatingGate implements ReadGate {
    @Override
    public CompletableFuture<Admission> linearizable(long deadlineNanos) {
      return gate.linearizable(deadlineNanos);
    }

    @Override
    public CompletableFuture<Admission> atLeast(long revision, long deadlineNanos) {
      return gate.atLeast(revision, deadlineNanos);
    }
  }

  private final class Answers implements PeerAnswers {
    @Override
    public String groupId() {
      return GROUP;
    }

    @Override
    public long currentTerm() {
      return standing.term();
    }

    @Override
    public CompletableFuture<IndexAnswer> confirmedIndex(long deadlineNanos) {
      return CompletableFuture.completedFuture(index);
    }

    @Override
    public CompletableFuture<HashAnswer> stateHash(long at, long deadlineNanos) {
      return CompletableFuture.completedFuture(
          at == store.applied().index()
              ? new StateHash(store.meta().revision(), store.meta().stateHash())
              : new HashUnknown("not known at " + at));
    }
  }
}
