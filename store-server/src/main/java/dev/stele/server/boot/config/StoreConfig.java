// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.boot.config;

import dev.stele.server.core.kind.KindPolicy;
import dev.stele.server.port.NodeAddress;
import dev.stele.server.storage.StorageSettings.Compression;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * The configuration of one node. Every instance is valid, however it was made: the constructors
 * throw {@link ConfigException} for a value out of range, and for values that don't go together.
 */
public record StoreConfig(
    Cluster cluster,
    Node node,
    Api api,
    Raft raft,
    Http http,
    Storage storage,
    Compaction compaction,
    Members members,
    Log log) {
  public StoreConfig {
    List<ConfigProblem> problems = ConfigRules.broken(cluster, node, api, raft, http);
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
  }

  /** For programs that embed a node. */
  public static ConfigBuilder builder() {
    return new ConfigBuilder();
  }

  /** One node by itself, on loopback. */
  public static StoreConfig defaults() {
    return of(Map.of());
  }

  /**
   * The defaults with some keys set, as {@code --set} does.
   *
   * @param settings texts by the names of {@link Settings}
   * @throws ConfigException with everything that is wrong
   */
  public static StoreConfig of(Map<String, String> settings) {
    List<String> overrides =
        settings.entrySet().stream().map(set -> set.getKey() + "=" + set.getValue()).toList();
    return ConfigLoader.load(ConfigSources.none().withOverrides(overrides)).config();
  }

  /** Where the others reach this node. */
  public NodeAddress address() {
    return cluster.node(node.id());
  }

  /**
   * What all nodes agree on.
   *
   * @param secret empty when there is none
   * @param kinds policies of kinds that a new cluster begins with, each good by itself;
   *     unmodifiable
   */
  public record Cluster(
      String name, String secret, List<NodeAddress> nodes, SortedMap<String, KindPolicy> kinds) {
    public Cluster {
      name = Settings.CLUSTER_NAME.require(name);
      secret = Settings.CLUSTER_SECRET.require(secret);
      nodes = Settings.CLUSTER_NODES.require(List.copyOf(nodes));
      kinds = Collections.unmodifiableSortedMap(kinds);
    }

    NodeAddress node(String id) {
      return nodes.stream().filter(node -> node.id().equals(id)).findFirst().orElseThrow();
    }

    @Override
    public String toString() {
      return "Cluster[name=" + name + ", nodes=" + nodes + "]";
    }
  }

  /** This node. */
  public record Node(String id, Path dataDir, Duration stopTimeout) {
    public Node {
      id = Settings.NODE_ID.require(id);
      dataDir = Settings.NODE_DATA_DIR.require(dataDir);
      stopTimeout = Settings.NODE_STOP_TIMEOUT.require(stopTimeout);
    }
  }

  /**
   * The listener for clients and for the other nodes' calls.
   *
   * @param maxConnections of clients; 0: as many as the heap bears
   */
  public record Api(Endpoint listen, int maxConnections) {
    public Api {
      maxConnections = Settings.API_MAX_CONNECTIONS.require(maxConnections);
      listen = Settings.API_LISTEN.require(listen);
    }
  }

  /**
   * Consensus.
   *
   * @param segmentBytes of one file of the log
   * @param minFreeSpaceBytes that the disk must have for the node to start
   */
  public record Raft(
      Endpoint listen,
      boolean allowUnauthenticatedNetwork,
      Duration electionTimeoutMin,
      Duration electionTimeoutMax,
      long segmentBytes,
      long minFreeSpaceBytes) {
    public Raft {
      listen = Settings.RAFT_LISTEN.require(listen);
      electionTimeoutMin = Settings.RAFT_ELECTION_TIMEOUT_MIN.require(electionTimeoutMin);
      electionTimeoutMax = Settings.RAFT_ELECTION_TIMEOUT_MAX.require(electionTimeoutMax);
      segmentBytes = Settings.RAFT_SEGMENT_SIZE.require(segmentBytes);
      minFreeSpaceBytes = Settings.RAFT_MIN_FREE_SPACE.require(minFreeSpaceBytes);
    }
  }

  /** The listener for metrics and health. */
  public record Http(Endpoint listen) {
    public Http {
      listen = Settings.HTTP_LISTEN.require(listen);
    }
  }

  /** The store on disk. */
  public record Storage(
      long blockCacheBytes,
      long rowCacheBytes,
      long writeBufferBytes,
      Compression compression,
      int backgroundJobs,
      int flushCommands,
      long flushBytes,
      Duration flushInterval) {
    public Storage {
      blockCacheBytes = Settings.STORAGE_BLOCK_CACHE.require(blockCacheBytes);
      rowCacheBytes = Settings.STORAGE_ROW_CACHE.require(rowCacheBytes);
      writeBufferBytes = Settings.STORAGE_WRITE_BUFFER.require(writeBufferBytes);
      backgroundJobs = Settings.STORAGE_BACKGROUND_JOBS.require(backgroundJobs);
      flushCommands = Settings.STORAGE_FLUSH_COMMANDS.require(flushCommands);
      flushBytes = Settings.STORAGE_FLUSH_BYTES.require(flushBytes);
      flushInterval = Settings.STORAGE_FLUSH_INTERVAL.require(flushInterval);
    }
  }

  /**
   * How much history is kept.
   *
   * @param keepAge zero: age is no reason to give any up
   * @param keepRevisions 0: their number is none
   */
  public record Compaction(Duration keepAge, int keepRevisions) {
    public Compaction {
      keepAge = Settings.COMPACTION_KEEP_AGE.require(keepAge);
      keepRevisions = Settings.COMPACTION_KEEP_REVISIONS.require(keepRevisions);
    }
  }

  /**
   * What members say of themselves, and how often it is written.
   *
   * @param reportThresholdPercent of a written capacity
   * @param reportInterval between two writes of one member
   * @param reportWritesPerSecond of all members
   */
  public record Members(
      int reportThresholdPercent, Duration reportInterval, int reportWritesPerSecond) {
    public Members {
      reportThresholdPercent =
          Settings.MEMBERS_REPORT_THRESHOLD_PERCENT.require(reportThresholdPercent);
      reportInterval = Settings.MEMBERS_REPORT_INTERVAL.require(reportInterval);
      reportWritesPerSecond =
          Settings.MEMBERS_REPORT_WRITES_PER_SECOND.require(reportWritesPerSecond);
    }
  }

  /** What the node says; applied by whoever owns the process. */
  public record Log(LogFormat format, LogLevel level) {}
}
