// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.ratis;

import dev.stele.server.consensus.ConsensusSettings;
import dev.stele.server.consensus.ratis.transport.TransportType;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.RaftConfigKeys;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.server.RaftServerConfigKeys.Log;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;

/** Every setting of Ratis that is not its default, or that safety hangs on, with its reason. */
final class RatisProperties {
  /** Ratis reads no entry from its log that is larger. */
  static final SizeInBytes LARGEST_APPEND = SizeInBytes.valueOf("4MB");

  private static final SizeInBytes PREALLOCATION = SizeInBytes.valueOf("4MB");

  private static final long LARGEST_CACHE = 64L << 20;
  private static final int CACHE_PART_OF_HEAP = 32;

  private RatisProperties() {}

  static RaftProperties of(ConsensusSettings settings) {
    RaftProperties properties = new RaftProperties();
    directories(properties, settings);
    transport(properties);
    elections(properties, settings);
    reads(properties);
    durability(properties, settings);
    flow(properties);
    snapshots(properties);
    return properties;
  }

  private static void directories(RaftProperties properties, ConsensusSettings settings) {
    // The defaults are under /tmp.
    RaftServerConfigKeys.setStorageDir(properties, List.of(settings.raftDirectory().toFile()));
    RaftServerConfigKeys.setRemovedGroupsDir(
        properties, settings.raftDirectory().resolve("removed").toFile());
    // A full disk stops the log for good; better not to start on one. Only looked at then.
    RaftServerConfigKeys.setStorageFreeSpaceMin(
        properties, SizeInBytes.valueOf(settings.minFreeBytes()));
  }

  private static void transport(RaftProperties properties) {
    // Ratis makes the transport by the name of its class.
    RaftConfigKeys.Rpc.setType(properties, new TransportType());
  }

  private static void elections(RaftProperties properties, ConsensusSettings settings) {
    // Ratis's 150/300 ms call elections under pauses and slow disks.
    RaftServerConfigKeys.Rpc.setTimeoutMin(properties, time(settings.electionTimeoutMin()));
    RaftServerConfigKeys.Rpc.setTimeoutMax(properties, time(settings.electionTimeoutMax()));
    // Also the pause of the whole process after which a leader steps down: 10 s is long.
    RaftServerConfigKeys.LeaderElection.setLeaderStepDownWaitTime(
        properties, TimeDuration.valueOf(2, TimeUnit.SECONDS));
    // A node that comes back from a partition must not depose the leader by its high term.
    RaftServerConfigKeys.LeaderElection.setPreVote(properties, true);
    // By default a server closes itself after a pause of a minute. A paused node is no fault: it
    // comes back as a follower.
    RaftServerConfigKeys.setCloseThreshold(properties, TimeDuration.valueOf(1, TimeUnit.DAYS));
  }

  private static void reads(RaftProperties properties) {
    // LINEARIZABLE is not: after one acknowledged read it answers without asking anyone
    // until the next commit. Reads are confirmed by rounds of our own.
    RaftServerConfigKeys.Read.setOption(properties, RaftServerConfigKeys.Read.Option.DEFAULT);
    RaftServerConfigKeys.Read.setLeaderLeaseEnabled(properties, false);
  }

  private static void durability(RaftProperties properties, ConsensusSettings settings) {
    // Both acknowledge entries that are not on the disk: async-flush even when the sync failed.
    Log.setAsyncFlushEnabled(properties, false);
    Log.setUnsafeFlushEnabled(properties, false);
    // Otherwise each advance of the commit index costs an entry, and a sync, of its own.
    Log.setLogMetadataEnabled(properties, false);
    // WARN_AND_RETURN drops entries that may have been acknowledged.
    Log.setCorruptionPolicy(properties, Log.CorruptionPolicy.EXCEPTION);
    SizeInBytes segment = SizeInBytes.valueOf(settings.segmentBytes());
    Log.setSegmentSizeMax(properties, segment);
    Log.setPreallocatedSize(
        properties, segment.getSize() < PREALLOCATION.getSize() ? segment : PREALLOCATION);
    // For a small heap; what is older is read from the disk again.
    long cache = Math.min(LARGEST_CACHE, Runtime.getRuntime().maxMemory() / CACHE_PART_OF_HEAP);
    Log.setSegmentCacheSizeMax(properties, SizeInBytes.valueOf(cache));
  }

  private static void flow(RaftProperties properties) {
    // Entries are capped at 1 MiB by the proposer: a larger one would make the leader step down.
    Log.Appender.setBufferByteLimit(properties, LARGEST_APPEND);
    // Ratis asks for 8 bytes more than an append.
    Log.setWriteBufferSize(properties, SizeInBytes.valueOf("8MB"));
    // The proposer's own queue is bounded below this, so that Ratis never has to refuse.
    RaftServerConfigKeys.Write.setByteLimit(properties, SizeInBytes.valueOf("32MB"));
    // No request is retried under its Ratis id, so that remembering replies only costs heap.
    RaftServerConfigKeys.RetryCache.setExpiryTime(
        properties, TimeDuration.valueOf(10, TimeUnit.SECONDS));
  }

  private static void snapshots(RaftProperties properties) {
    // The live store is the snapshot; it is flushed by the store, never by Ratis.
    RaftServerConfigKeys.Snapshot.setAutoTriggerEnabled(properties, false);
    RaftServerConfigKeys.Snapshot.setTriggerWhenStopEnabled(properties, false);
    // The same at every node, or installs end as CONF_MISMATCH: checkpoints are not Ratis's chunks.
    Log.Appender.setInstallSnapshotEnabled(properties, false);
    // LogRetention decides what is purged: nothing that some voter may still need.
    Log.setPurgeUptoSnapshotIndex(properties, false);
    Log.setPurgeGap(properties, 1);
    Log.setPurgePreservationLogNum(properties, 0);
  }

  private static TimeDuration time(Duration duration) {
    return TimeDuration.valueOf(duration.toMillis(), TimeUnit.MILLISECONDS);
  }
}
