// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A store in a map that calls itself a cluster, with faults to order. */
public final class FakeContender implements Contender {
  /** A process that there never is: above what pids may be. */
  public static final long DEAD = 1L << 30;

  private final String name;

  /** Why it is missing; null: it is there. */
  public @Nullable String missing;

  /** Why it does not start; null: it does. */
  public @Nullable String startFailure;

  /** Why no client of it can connect; null: it can. */
  public @Nullable String connectFailure;

  /** What its servers are called; null: as it is. */
  public @Nullable String cluster;

  /** Whether it calls itself a JVM. */
  public boolean onJvm;

  /** What it can do. */
  public Set<Ability> abilities = EnumSet.allOf(Ability.class);

  /** Clusters that were started, in order. */
  public final List<FakeCluster> started = new ArrayList<>();

  public FakeContender(String name) {
    this.name = name;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String cluster() {
    return cluster == null ? name : cluster;
  }

  @Override
  public boolean isOnJvm() {
    return onJvm;
  }

  @Override
  public Driver connect(Cluster running, int connections) throws IOException {
    if (connectFailure != null) {
      throw new IOException(connectFailure);
    }
    return running.connect(connections);
  }

  @Override
  public Optional<String> missing() {
    return Optional.ofNullable(missing);
  }

  @Override
  public String version() {
    return name + " 1.0";
  }

  @Override
  public List<String> settings() {
    return List.of("started " + started.size() + " times");
  }

  @Override
  public Set<Ability> abilities() {
    return abilities;
  }

  @Override
  public Cluster start(Path directory, int basePort) throws IOException {
    if (startFailure != null) {
      throw new IOException(startFailure);
    }
    FakeCluster cluster = new FakeCluster(directory, basePort);
    started.add(cluster);
    return cluster;
  }

  /** Three nodes that are none. */
  public static final class FakeCluster implements Cluster, Driver {
    private final ExecutorService answers = Executors.newSingleThreadExecutor();
    private final Map<String, byte[]> values = new ConcurrentHashMap<>();
    private final Queue<String> idle = new ConcurrentLinkedQueue<>();
    private final List<Consumer<byte[]>> watchers = new CopyOnWriteArrayList<>();

    /** Where its data would be. */
    public final Path directory;

    /** The first of its ports. */
    public final int basePort;

    /** What was killed and started again, in order. */
    public final List<String> faults = new CopyOnWriteArrayList<>();

    /** Puts that were asked for. */
    public final AtomicInteger puts = new AtomicInteger();

    /** How long a read takes at least. */
    public volatile long readMillis;

    /** Whether writes fail. */
    public volatile boolean refusing;

    /** The most items of a pool. */
    public volatile int poolItems = Integer.MAX_VALUE;

    /** Longer than any row of these tests. */
    private static final long SLOW_MILLIS = 300;

    /** Pools that are filled before claims are slow. */
    public volatile int quickFills = Integer.MAX_VALUE;

    /** Whether claimers get what others have. */
    public volatile boolean twice;

    /** How often a pool was filled. */
    public final AtomicInteger fills = new AtomicInteger();

    /** Of how many items claimers picked. */
    public final Set<Integer> among = ConcurrentHashMap.newKeySet();

    /** Leases that were ended. */
    public final List<String> released = new CopyOnWriteArrayList<>();

    /** Whether a node has ended by itself. */
    public volatile boolean dead;

    /** How often it was closed, as a cluster or as a driver. */
    public final AtomicInteger closed = new AtomicInteger();

    FakeCluster(Path directory, int basePort) {
      this.directory = directory;
      this.basePort = basePort;
    }

    @Override
    public List<Long> pids() {
      long self = ProcessHandle.current().pid();
      return List.of(self, self, dead ? DEAD : self);
    }

    @Override
    public int leader() {
      return 1;
    }

    @Override
    public Driver connect(int connections) {
      return this;
    }

    @Override
    public void kill(int node) {
      faults.add("kill " + node);
    }

    @Override
    public void startAgain(int node) {
      faults.add("start " + node);
    }

    @Override
    public void close() {
      closed.incrementAndGet();
      answers.shutdownNow();
    }

    private <T> CompletableFuture<T> later(Supplier<T> answer) {
      return CompletableFuture.supplyAsync(answer, answers);
    }

    @Override
    public CompletableFuture<Void> put(String key, byte[] value) {
      puts.incrementAndGet();
      return later(
          () -> {
            if (refusing) {
              throw new IllegalStateException("refused");
            }
            values.put(key, value);
            if (key.startsWith("watched/")) {
              watchers.forEach(watcher -> watcher.accept(value));
            }
            return null;
          });
    }

    @Override
    public CompletableFuture<byte[]> get(String key, boolean linearizable) {
      return CompletableFuture.supplyAsync(
          () -> Optional.ofNullable(values.get(key)).orElseThrow(NoSuchElementException::new),
          CompletableFuture.delayedExecutor(readMillis, TimeUnit.MILLISECONDS, answers));
    }

    @Override
    public CompletableFuture<Void> transact(
        String guard, String first, String second, byte[] value) {
      return get(guard, true)
          .thenAccept(
              found -> {
                values.put(first, value);
                values.put(second, value);
              });
    }

    @Override
    public AutoCloseable watch(String prefix, Consumer<byte[]> changes) {
      watchers.add(changes);
      return () -> watchers.remove(changes);
    }

    @Override
    public CompletableFuture<String> grant(String lease, long ttlMillis) {
      return later(() -> lease);
    }

    @Override
    public CompletableFuture<Void> renew(List<String> leases) {
      return later(() -> null);
    }

    @Override
    public CompletableFuture<Void> release(String lease) {
      released.add(lease);
      return later(() -> null);
    }

    @Override
    public CompletableFuture<Void> fillPool(String pool, int items) {
      return later(
          () -> {
            idle.clear();
            for (int i = 0; i < Math.min(items, poolItems); i++) {
              idle.add("item" + i);
            }
            fills.incrementAndGet();
            return null;
          });
    }

    @Override
    public CompletableFuture<Optional<String>> claim(String pool, String lease, int among) {
      this.among.add(among);
      if (fills.get() > quickFills) {
        return CompletableFuture.supplyAsync(
            Optional::empty,
            CompletableFuture.delayedExecutor(SLOW_MILLIS, TimeUnit.MILLISECONDS, answers));
      }
      return later(() -> Optional.ofNullable(twice ? idle.peek() : idle.poll()));
    }
  }
}
