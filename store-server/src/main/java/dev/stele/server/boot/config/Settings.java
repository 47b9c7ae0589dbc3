// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.boot.config;

import static dev.stele.server.boot.config.ValueTypes.choice;
import static dev.stele.server.boot.config.ValueTypes.duration;
import static dev.stele.server.boot.config.ValueTypes.flag;
import static dev.stele.server.boot.config.ValueTypes.listener;
import static dev.stele.server.boot.config.ValueTypes.number;
import static dev.stele.server.boot.config.ValueTypes.path;
import static dev.stele.server.boot.config.ValueTypes.size;
import static dev.stele.server.boot.config.ValueTypes.text;

import dev.stele.server.admission.report.ReportSettings;
import dev.stele.server.core.model.Limits;
import dev.stele.server.janitor.CompactionPolicy;
import dev.stele.server.port.NodeAddress;
import dev.stele.server.storage.StorageSettings;
import dev.stele.server.storage.StorageSettings.Compression;
import dev.stele.server.wire.intake.IntakeLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The table of keys. A key is {@code section.key}; its order here is its order everywhere.
 *
 * <p>Bounds that decide outcomes are no settings: every replica must have the same ({@link
 * dev.stele.server.core.model.Limits}).
 */
public final class Settings {
  private static final long KIB = 1L << 10;
  private static final long MIB = 1L << 20;
  private static final long GIB = 1L << 30;

  private static final StorageSettings STORAGE = StorageSettings.defaults();
  private static final CompactionPolicy COMPACTION = CompactionPolicy.standard();
  private static final ReportSettings REPORTS = ReportSettings.standard();

  static final Setting<String> CLUSTER_NAME =
      new Setting<>(
          "cluster.name",
          text("[a-z][a-z0-9-]{0,62}", "1 to 63 of a-z, 0-9 and -, a letter first"),
          "stele",
          "Tells clusters apart: a node refuses the data and the calls of another one. Never changes.");

  static final Setting<String> CLUSTER_SECRET =
      new Setting<>(
              "cluster.secret",
              text(
                  "|[!-~]{16,256}",
                  "16 to 256 printable ASCII characters without spaces, or empty"),
              "",
              "What nodes prove to each other that they belong together; the same at all of them."
                  + " Needed by more than one node, and off loopback. Better set by its environment"
                  + " variable than kept in a file.")
          .asSecret();

  static final Setting<List<NodeAddress>> CLUSTER_NODES =
      new Setting<>(
          "cluster.nodes",
          new NodesType(),
          List.of(new NodeAddress("n0", "127.0.0.1:7400", "127.0.0.1:7401")),
          "The nodes that form the cluster, the same at all of them: id, where clients and the other"
              + " nodes reach its API, where the other nodes reach its Raft port. In a variable or"
              + " after --set: id=api/raft,id=api/raft.");

  static final Setting<String> CLUSTER_KINDS_FILE =
      new Setting<>(
          "cluster.kinds-file",
          text("[^\0]*", "the path of a file, or empty"),
          "",
          "Policies of kinds that a new cluster begins with, as in kinds.yaml beside this file. A"
              + " relative path starts at this file's folder. Read at each start, and used only when"
              + " the cluster is formed: from then on `stele kind set` changes policies.");

  static final Setting<String> NODE_ID =
      new Setting<>(
          "node.id",
          text(NodesType.NODE_ID, "1 to 63 of a-z, 0-9 and -, no - first"),
          "n0",
          "Which of cluster.nodes this one is. A node that lost its data needs a new id: under the old"
              + " one it could vote twice.");

  static final Setting<Path> NODE_DATA_DIR =
      new Setting<>(
          "node.data-dir",
          path(),
          Path.of("data"),
          "Where the node keeps everything. On a local disk; no two nodes share one.");

  static final Setting<Duration> NODE_STOP_TIMEOUT =
      new Setting<>(
          "node.stop-timeout",
          duration(Duration.ZERO, Duration.ofMinutes(10)),
          Duration.ofSeconds(10),
          "How long a graceful stop may wait for calls under way and for another leader.");

  static final Setting<Endpoint> API_LISTEN =
      new Setting<>(
          "api.listen",
          listener(true),
          new Endpoint("127.0.0.1", 7400),
          "Where clients and the other nodes are served (gRPC). Clients are not authenticated yet: keep"
              + " it on loopback or in a network that you trust.");

  static final Setting<Integer> API_MAX_CONNECTIONS =
      new Setting<>(
          "api.max-connections",
          number(0, IntakeLimits.CONNECTIONS_MAX),
          0,
          "Connections of clients; the other nodes have places of their own beyond it. 0: one for each"
              + " 64 KiB of heap, at least 1024.");

  static final Setting<Endpoint> RAFT_LISTEN =
      new Setting<>(
          "raft.listen",
          listener(false),
          new Endpoint("127.0.0.1", 7401),
          "Where the other nodes' Raft messages arrive.");

  static final Setting<Boolean> RAFT_ALLOW_UNAUTHENTICATED_NETWORK =
      new Setting<>(
          "raft.allow-unauthenticated-network",
          flag(),
          false,
          "Raft connections prove that they know cluster.secret; what follows is neither signed nor"
              + " encrypted yet: whoever sits between the nodes can rewrite the store. Off loopback"
              + " this must say that you know.");

  static final Setting<Duration> RAFT_ELECTION_TIMEOUT_MIN =
      new Setting<>(
          "raft.election-timeout-min",
          duration(Duration.ofMillis(50), Duration.ofSeconds(30)),
          Duration.ofMillis(300),
          "A follower that hears nothing from a leader for a time drawn between this and the next one"
              + " stands for election. Longer than any pause of the disk or the collector.");

  static final Setting<Duration> RAFT_ELECTION_TIMEOUT_MAX =
      new Setting<>(
          "raft.election-timeout-max",
          duration(Duration.ofMillis(100), Duration.ofSeconds(60)),
          Duration.ofMillis(600),
          "The other end. A leader that has had no majority for so long steps down.");

  static final Setting<Long> RAFT_SEGMENT_SIZE =
      new Setting<>(
          "raft.segment-size",
          size(MIB, GIB),
          8 * MIB,
          "Of one file of the log. What the store holds durably is dropped from it by whole files.");

  static final Setting<Long> RAFT_MIN_FREE_SPACE =
      new Setting<>(
          "raft.min-free-space",
          size(0, 1024 * GIB),
          GIB,
          "With less room on the disk the node does not start.");

  static final Setting<Endpoint> HTTP_LISTEN =
      new Setting<>(
          "http.listen",
          listener(true),
          new Endpoint("127.0.0.1", 7402),
          "Where /metrics, /livez, /readyz and /version are served, to anybody.");

  static final Setting<Long> STORAGE_BLOCK_CACHE =
      new Setting<>(
          "storage.block-cache",
          size(MIB, 64 * GIB),
          STORAGE.blockCacheBytes(),
          "Memory for blocks read from disk, outside the Java heap.");

  static final Setting<Long> STORAGE_ROW_CACHE =
      new Setting<>(
          "storage.row-cache",
          size(0, GIB),
          STORAGE.rowCacheBytes(),
          "Heap for facts that are written again and again.");

  static final Setting<Long> STORAGE_WRITE_BUFFER =
      new Setting<>(
          "storage.write-buffer",
          size(6 * MIB, 4 * GIB),
          STORAGE.writeBufferBytes(),
          "The most memory, outside the Java heap, for what is not on disk yet. Beyond it writes wait"
              + " for the disk.");

  static final Setting<Compression> STORAGE_COMPRESSION =
      new Setting<>(
          "storage.compression",
          choice(Compression.class),
          STORAGE.compression(),
          "How blocks are packed on disk.");

  static final Setting<Integer> STORAGE_BACKGROUND_JOBS =
      new Setting<>(
          "storage.background-jobs",
          number(2, 16),
          STORAGE.backgroundJobs(),
          "Threads that flush and tidy up files.");

  static final Setting<Integer> STORAGE_FLUSH_COMMANDS =
      new Setting<>(
          "storage.flush-commands",
          number(1, 10_000_000),
          STORAGE.flushCommands(),
          "The store is flushed after so many changes. This and the next two bound what a start after"
              + " a crash has to replay.");

  static final Setting<Long> STORAGE_FLUSH_BYTES =
      new Setting<>(
          "storage.flush-bytes",
          size(64 * KIB, 4 * GIB),
          STORAGE.flushBytes(),
          "The same, by bytes of facts.");

  static final Setting<Duration> STORAGE_FLUSH_INTERVAL =
      new Setting<>(
          "storage.flush-interval",
          duration(Duration.ofMillis(100), Duration.ofHours(1)),
          Duration.ofMillis(STORAGE.flushIntervalMillis()),
          "The same, by time since the first change that is not on disk.");

  static final Setting<Duration> COMPACTION_KEEP_AGE =
      new Setting<>(
          "compaction.keep-age",
          duration(Duration.ZERO, CompactionPolicy.AGE_MAX),
          COMPACTION.keepAge(),
          "How far back what stood can be read and watched from: older history is given up. A node"
              + " counts from its start on. 0s: age is no reason to give any up.");

  static final Setting<Integer> COMPACTION_KEEP_REVISIONS =
      new Setting<>(
          "compaction.keep-revisions",
          number(0, 999_999_999),
          (int) COMPACTION.keepRevisions(),
          "The same, by revisions: more than so many are given up, however young they are. 0: their"
              + " number is no reason.");

  static final Setting<Integer> MEMBERS_REPORT_THRESHOLD_PERCENT =
      new Setting<>(
          "members.report-threshold-percent",
          number(0, ReportSettings.THRESHOLD_MAX_PERCENT),
          REPORTS.thresholdPercent(),
          "A reported capacity that differs from the written one by no more than so much of it is not"
              + " written. Health and labels always are.");

  static final Setting<Duration> MEMBERS_REPORT_INTERVAL =
      new Setting<>(
          "members.report-interval",
          duration(Duration.ZERO, ReportSettings.INTERVAL_MAX),
          REPORTS.interval(),
          "Between two writes of what one member reports. 0s: as often as it changes.");

  static final Setting<Integer> MEMBERS_REPORT_WRITES_PER_SECOND =
      new Setting<>(
          "members.report-writes-per-second",
          number(1, Limits.BUDGET_MAX_WRITES),
          REPORTS.writesPerSecond(),
          "Of what all members report, on average, and as many at once. Changes of health go first: a"
              + " quarter of what may be written at once is for them alone.");

  static final Setting<LogFormat> LOG_FORMAT =
      new Setting<>(
          "log.format",
          choice(LogFormat.class),
          LogFormat.TEXT,
          "How log lines are written: text with key=value, or JSON.");

  static final Setting<LogLevel> LOG_LEVEL =
      new Setting<>(
          "log.level",
          choice(LogLevel.class),
          LogLevel.INFO,
          "The least that is worth a log line.");

  /** What a section is about. */
  static final Map<String, String> SECTIONS =
      Map.of(
          "cluster", "The same at every node.",
          "node", "This node.",
          "api", "The listener for clients and the other nodes' calls.",
          "raft", "Consensus between the nodes.",
          "http", "The listener for metrics and health.",
          "storage", "The store on disk.",
          "compaction",
              "How much history is kept, beside what stands now. What the leader has counts.",
          "members",
              "What members say of themselves, and how often it is written. What the leader has"
                  + " counts.",
          "log", "What the node says.");

  private static final List<Setting<?>> ALL =
      List.of(
          CLUSTER_NAME,
          CLUSTER_SECRET,
          CLUSTER_NODES,
          CLUSTER_KINDS_FILE,
          NODE_ID,
          NODE_DATA_DIR,
          NODE_STOP_TIMEOUT,
          API_LISTEN,
          API_MAX_CONNECTIONS,
          RAFT_LISTEN,
          RAFT_ALLOW_UNAUTHENTICATED_NETWORK,
          RAFT_ELECTION_TIMEOUT_MIN,
          RAFT_ELECTION_TIMEOUT_MAX,
          RAFT_SEGMENT_SIZE,
          RAFT_MIN_FREE_SPACE,
          HTTP_LISTEN,
          STORAGE_BLOCK_CACHE,
          STORAGE_ROW_CACHE,
          STORAGE_WRITE_BUFFER,
          STORAGE_COMPRESSION,
          STORAGE_BACKGROUND_JOBS,
          STORAGE_FLUSH_COMMANDS,
          STORAGE_FLUSH_BYTES,
          STORAGE_FLUSH_INTERVAL,
          COMPACTION_KEEP_AGE,
          COMPACTION_KEEP_REVISIONS,
          MEMBERS_REPORT_THRESHOLD_PERCENT,
          MEMBERS_REPORT_INTERVAL,
          MEMBERS_REPORT_WRITES_PER_SECOND,
          LOG_FORMAT,
          LOG_LEVEL);

  private Settings() {}

  /** Every key, in the order in which they are shown. */
  public static List<Setting<?>> all() {
    return ALL;
  }

  static Stream<String> names() {
    return ALL.stream().map(Setting::name);
  }
}
