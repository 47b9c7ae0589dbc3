// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.stele.server.boot.DataDirectoryException;
import dev.stele.server.boot.StartException;
import dev.stele.server.boot.StoreServer;
import dev.stele.server.boot.config.StoreConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Nodes that come and go in one JVM leave nothing behind. Several do so side by side: a start waits
 * for an election and a stop for a second of Ratis's, so that one after the other they would take
 * minutes.
 */
@EnabledOnOs(OS.LINUX)
final class HundredStartsIT {
  private static final Logger LOG = LoggerFactory.getLogger(HundredStartsIT.class);
  private static final Duration SOON = Duration.ofSeconds(30);

  private static final int FAILURES = 3;
  private static final int SIDE_BY_SIDE = 10;
  private static final int WARM_UP_STARTS = 2;
  private static final int STARTS = 10;

  /** What the JVM opens whenever it first needs a class, once. */
  private static final List<String> LOADING = List.of(".jar", "/lib/modules", "random");

  /**
   * A node's log alone has 8 MiB of direct memory: one that is not freed shows. Netty's pools,
   * which the JVM shares, take 4 MiB at a time and keep them: the first clusters may need one more.
   */
  private static final long DIRECT_GROWTH_MAX_BYTES = 6L << 20;

  /** Compiled classes, logs of the test itself; a node that stays reachable has some megabytes. */
  private static final long HEAP_GROWTH_MAX_BYTES = 4L << 20;

  /**
   * Less than a megabyte for each start; most of it is compiled code. Seen with MALLOC_ARENA_MAX=2,
   * as the build sets it: otherwise the allocator keeps more than this.
   */
  private static final long NATIVE_GROWTH_MAX_BYTES = 96L << 20;

  @BeforeAll
  static void makeWhatAJvmHasOnce() throws InterruptedException {
    for (int i = 0; i < 2; i++) {
      try (LocalCluster cluster = LocalCluster.start(3)) {
        use(cluster.endpoints().get(0));
      }
    }
  }

  @Test
  void aHundredStartsAndStopsOfANodeLeaveNothing(@TempDir Path directory)
      throws InterruptedException, ExecutionException {
    List<StoreConfig> configs = new ArrayList<>();
    for (int i = 0; i < SIDE_BY_SIDE; i++) {
      configs.add(StoreConfig.of(alone(directory.resolve("node-" + i))));
    }
    startAndStopEach(configs, WARM_UP_STARTS);
    Footprint before = Footprint.now();
    startAndStopEach(configs, STARTS);
    assertNothingLeft(before);
  }

  private static void startAndStopEach(List<StoreConfig> configs, int times)
      throws InterruptedException, ExecutionException {
    sideBySide(
        configs.stream().<Callable<Void>>map(config -> () -> startAndStop(config, times)).toList());
  }

  private static void sideBySide(List<Callable<Void>> tasks)
      throws InterruptedException, ExecutionException {
    ExecutorService lanes = Executors.newFixedThreadPool(tasks.size());
    try {
      for (Future<Void> lane : lanes.invokeAll(tasks)) {
        lane.get();
      }
    } finally {
      lanes.shutdown();
      assertThat(lanes.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  /** The same ports and the same data each time; every other time without a word. */
  private static Void startAndStop(StoreConfig config, int times) throws InterruptedException {
    for (int i = 0; i < times; i++) {
      StoreServer server = StoreServer.start(config);
      assertThat(server.awaitReady(SOON)).isTrue();
      long revision = server.revision();
      use(server.apiAddress().toString());
      assertThat(server.revision()).isEqualTo(revision + 1);
      if (i % 2 == 0) {
        server.close();
      } else {
        server.kill();
      }
    }
    return null;
  }

  @Test
  void clustersThatComeAndGoLeaveNothing() throws InterruptedException, ExecutionException {
    Footprint before = Footprint.now();
    sideBySide(List.of(() -> startAndBreakClusters(0), () -> startAndBreakClusters(1)));
    assertNothingLeft(before);
  }

  private static Void startAndBreakClusters(int first) throws InterruptedException {
    for (int i = first; i < first + 5; i++) {
      Path directory;
      try (LocalCluster cluster = LocalCluster.start(3)) {
        use(cluster.endpoints().get(i % 3));
        switch (i % 3) {
          case 0 -> cluster.isolate(0);
          case 1 -> cluster.pause(1);
          default -> cluster.kill(2);
        }
        directory = cluster.directory();
      }
      assertThat(directory).doesNotExist();
    }
    return null;
  }

  @Test
  void startsThatFailLeaveNothing(@TempDir Path directory)
      throws InterruptedException, IOException {
    Path file = Files.createFile(directory.resolve("a-file"));
    Map<String, String> otherCluster = alone(directory.resolve("other"));
    StoreServer.start(StoreConfig.of(otherCluster)).close();
    otherCluster.put("cluster.name", "another");
    Footprint before = Footprint.now();
    for (int i = 0; i < FAILURES; i++) {
      for (String listener : List.of("api.listen", "raft.listen", "http.listen")) {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
          Map<String, String> settings = alone(directory.resolve(listener));
          settings.put(listener, "127.0.0.1:" + taken.getLocalPort());
          assertThatThrownBy(() -> StoreServer.start(StoreConfig.of(settings)))
              .as(listener)
              .isInstanceOf(StartException.class);
        }
      }
      Map<String, String> disk = alone(directory.resolve("disk"));
      disk.put("raft.min-free-space", "1024GiB");
      assertThatThrownBy(() -> StoreServer.start(StoreConfig.of(disk)))
          .isInstanceOf(StartException.class);
      assertThatThrownBy(() -> StoreServer.start(StoreConfig.of(alone(file))))
          .isInstanceOf(DataDirectoryException.class);
      assertThatThrownBy(() -> StoreServer.start(StoreConfig.of(otherCluster)))
          .isInstanceOf(DataDirectoryException.class);
    }
    assertNothingLeft(before);
  }

  private static void assertNothingLeft(Footprint before) {
    // Channels close behind their callers' backs, and idle threads take a moment to end.
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              assertThat(Footprint.javaThreads())
                  .as("threads that were not there before")
                  .isSubsetOf(before.threads());
              assertThat(Footprint.rocksDbThreads())
                  .as("threads of RocksDB")
                  .isLessThanOrEqualTo(before.rocksThreads());
              Map<String, Long> more = new TreeMap<>(Footprint.openFiles());
              more.keySet().removeIf(it -> LOADING.stream().anyMatch(it::endsWith));
              more.entrySet()
                  .removeIf(it -> it.getValue() <= before.files().getOrDefault(it.getKey(), 0L));
              assertThat(more).as("open files and sockets, more than before").isEmpty();
            });
    Footprint after = Footprint.now();
    LOG.atInfo().addKeyValue("before", before).addKeyValue("after", after).log("footprint");
    assertThat(after.directBytes() - before.directBytes())
        .as("growth of direct memory")
        .isLessThan(DIRECT_GROWTH_MAX_BYTES);
    assertThat(after.heapBytes() - before.heapBytes())
        .as("growth of the heap")
        .isLessThan(HEAP_GROWTH_MAX_BYTES);
    assertThat(after.nativeBytes() - before.nativeBytes())
        .as("growth of native memory")
        .isLessThan(NATIVE_GROWTH_MAX_BYTES);
  }

  private static void use(String endpoint) {
    try (RawClient client = new RawClient(endpoint)) {
      client.put("config/a", "x");
      assertThat(client.get("config/a").hasFact()).isTrue();
    }
  }

  private static Map<String, String> alone(Path data) {
    List<Integer> ports = FreePorts.find(3);
    Map<String, String> settings = new HashMap<>();
    settings.put("node.data-dir", data.toString());
    settings.put("cluster.nodes", "n0=127.0.0.1:" + ports.get(0) + "/127.0.0.1:" + ports.get(1));
    settings.put("api.listen", "127.0.0.1:" + ports.get(0));
    settings.put("raft.listen", "127.0.0.1:" + ports.get(1));
    settings.put("http.listen", "127.0.0.1:" + ports.get(2));
    settings.put("raft.min-free-space", "0B");
    settings.put("storage.block-cache", "8MiB");
    return settings;
  }
}
