// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal;

import com.google.protobuf.ByteString;
import dev.stele.client.FactKey;
import dev.stele.client.Keys;
import dev.stele.client.RetryBudget;
import dev.stele.client.StoreClient;
import dev.stele.client.error.Reason;
import dev.stele.client.internal.link.Connection;
import dev.stele.client.kind.Claim;
import dev.stele.client.kind.Kinds;
import dev.stele.client.kind.Member;
import dev.stele.proto.v1.Change;
import dev.stele.proto.v1.Fact;
import dev.stele.proto.v1.LeaseRef;
import dev.stele.proto.v1.ResponseHeader;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.micrometer.observation.ObservationRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A store of one node in this process that decides as a real one does, as far as examples go: puts
 * with expectations and guards, histories, leases, takeovers, watches from the initial state.
 * Nothing passes unless a test says so. All of it runs under its lock.
 */
final class ModelNode implements AutoCloseable {
  private static final AtomicLong NEXT = new AtomicLong();
  private static final String ENDPOINT = "m:1";

  final FakeTimekeeper time = new FakeTimekeeper();
  private final String name = "model-" + NEXT.incrementAndGet();
  private final TreeMap<String, Fact> facts = new TreeMap<>();
  private final Map<String, List<Change>> histories = new HashMap<>();
  private final Map<String, Long> leases = new HashMap<>();
  private final Map<String, String> holders = new HashMap<>();
  private final ModelWatches watches = new ModelWatches(this);
  private final List<StoreClient> clients = new ArrayList<>();
  private final ExecutorService listeners = Executors.newCachedThreadPool();
  private final Server server;
  private @Nullable Runnable beforePut;
  private long revision = 10;

  ModelNode() {
    ModelFacts puts = new ModelFacts(this);
    InProcessServerBuilder builder = InProcessServerBuilder.forName(name).directExecutor();
    List<BindableService> services =
        List.of(
            puts,
            new FakePipeline(puts),
            new ModelRights.Leases(this),
            new ModelRights.Claims(this),
            watches,
            new ModelFacts.Hello(this));
    services.forEach(builder::addService);
    try {
      server = builder.build().start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A client of its own, for each process that a test plays. */
  StoreClient client() {
    ClientSettings settings =
        new ClientSettings(
            List.of(ENDPOINT),
            Duration.ofSeconds(5),
            Duration.ofSeconds(1),
            RetryBudget.standard(),
            true,
            Runnable::run,
            Optional.of(listeners),
            ObservationRegistry.NOOP);
    StoreClient client =
        new DefaultStoreClient(
            settings,
            endpoint ->
                new Connection(
                    InProcessChannelBuilder.forName(name).directExecutor().disableRetry().build(),
                    new FakeLoop(time)),
            time);
    clients.add(client);
    return client;
  }

  synchronized ResponseHeader header() {
    return FakeCluster.header(ENDPOINT, ENDPOINT, 1, revision);
  }

  /** Is run once, before the next put is decided. */
  synchronized void beforeNextPut(Runnable task) {
    beforePut = task;
  }

  synchronized void runBeforePut() {
    Runnable task = beforePut;
    beforePut = null;
    if (task != null) {
      task.run();
    }
  }

  /** What a write makes of one key. */
  record Written(String key, ByteString body, Optional<LeaseRef> lease) {}

  /** Writes at one revision, and tells all who watch. */
  synchronized long write(List<Written> puts) {
    revision++;
    List<Fact> written = new ArrayList<>();
    for (Written put : puts) {
      Fact before = facts.get(put.key());
      Fact.Builder fact =
          Fact.newBuilder()
              .setKey(ByteString.copyFromUtf8(put.key()))
              .setBody(put.body())
              .setCreateRevision(before == null ? revision : before.getCreateRevision())
              .setModRevision(revision)
              .setVersion(before == null ? 1 : before.getVersion() + 1);
      put.lease().ifPresent(fact::setLease);
      written.add(fact.build());
      facts.put(put.key(), fact.build());
      histories
          .computeIfAbsent(put.key(), unknown -> new ArrayList<>())
          .add(
              0,
              Change.newBuilder()
                  .setRevision(revision)
                  .setFact(fact)
                  .setPreviousRevision(before == null ? 0 : before.getModRevision())
                  .build());
    }
    watches.tell(written);
    return revision;
  }

  static <T> Written put(FactKey<T> key, T body) {
    return new Written(
        key.text(), ByteString.copyFrom(key.kind().codec().encode(body)), Optional.empty());
  }

  static Written bound(Written put, LeaseRef lease) {
    return new Written(put.key(), put.body(), Optional.of(lease));
  }

  synchronized @Nullable Fact fact(String key) {
    return facts.get(key);
  }

  synchronized List<Fact> all() {
    return List.copyOf(facts.values());
  }

  synchronized List<Change> history(String key) {
    return List.copyOf(histories.getOrDefault(key, List.of()));
  }

  <T> T body(FactKey<T> key) {
    Fact fact = fact(key.text());
    if (fact == null) {
      throw new AssertionError("no " + key);
    }
    return key.kind().codec().decode(fact.getBody().toByteArray());
  }

  synchronized boolean isHeld(LeaseRef lease) {
    return Long.valueOf(lease.getToken()).equals(leases.get(lease.getName()));
  }

  /** Gives a lease, at a revision of its own. */
  synchronized long acquire(String lease, String holder) {
    if (leases.containsKey(lease)) {
      throw Errors.of(Status.Code.FAILED_PRECONDITION, Reason.LEASE_HELD);
    }
    revision++;
    leases.put(lease, revision);
    holders.put(lease, holder);
    return revision;
  }

  synchronized String holder(String lease) {
    return holders.getOrDefault(lease, "");
  }

  /** Takes a lease away from whoever has it. */
  synchronized void expire(String lease) {
    leases.remove(lease);
  }

  StatusRuntimeException fenced() {
    return Errors.of(Status.Code.FAILED_PRECONDITION, Reason.FENCED);
  }

  /** A member that serves the pool {@code shards}, bound to its lease. */
  void join(String member, int slots, LeaseRef lease) {
    Member body =
        new Member(
            "h:1",
            lease.getToken(),
            Map.of("slots", (long) slots),
            Member.Health.HEALTHY,
            Map.of("serves", "shards"));
    write(List.of(bound(put(Keys.member(member), body), lease)));
  }

  /** The member's lease ends: it is lost, and its claims are idle, at one revision. */
  synchronized void lose(String member) {
    expire("member/" + member);
    Member was = body(Keys.member(member));
    List<Written> puts = new ArrayList<>();
    puts.add(
        put(
            Keys.member(member),
            new Member(
                was.address(),
                was.incarnation(),
                was.capacity(),
                Member.Health.LOST,
                was.labels())));
    for (Fact fact : facts.tailMap("claim/").headMap("claim0").values()) {
      Claim claim = Kinds.CLAIM.codec().decode(fact.getBody().toByteArray());
      if (claim.owner().equals(member)) {
        puts.add(
            put(
                FactKey.parse(Kinds.CLAIM, fact.getKey().toStringUtf8()),
                new Claim("", claim.epoch(), Claim.State.IDLE)));
      }
    }
    write(puts);
  }

  @Override
  public void close() {
    clients.forEach(StoreClient::close);
    server.shutdownNow();
    listeners.shutdownNow();
  }
}
