// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.boot.config;

import dev.stele.server.core.kind.KindPolicy;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;

/** A value for every key, on their way into the records. */
final class Values {
  private final Map<Setting<?>, Object> values = new HashMap<>();

  <T> void put(Setting<T> setting, T value) {
    values.put(setting, value);
  }

  @SuppressWarnings("unchecked") // put is the only way in, and pairs the types
  <T> T get(Setting<T> setting) {
    return (T) Objects.requireNonNull(values.get(setting), setting.name());
  }

  /**
   * The configuration.
   *
   * @param kinds what the file of kinds says
   * @throws ConfigException when the values don't go together
   */
  StoreConfig toConfig(SortedMap<String, KindPolicy> kinds) {
    return new StoreConfig(
        new StoreConfig.Cluster(
            get(Settings.CLUSTER_NAME),
            get(Settings.CLUSTER_SECRET),
            get(Settings.CLUSTER_NODES),
            kinds),
        new StoreConfig.Node(
            get(Settings.NODE_ID), get(Settings.NODE_DATA_DIR), get(Settings.NODE_STOP_TIMEOUT)),
        new StoreConfig.Api(get(Settings.API_LISTEN), get(Settings.API_MAX_CONNECTIONS)),
        new StoreConfig.Raft(
            get(Settings.RAFT_LISTEN),
            get(Settings.RAFT_ALLOW_UNAUTHENTICATED_NETWORK),
            get(Settings.RAFT_ELECTION_TIMEOUT_MIN),
            get(Settings.RAFT_ELECTION_TIMEOUT_MAX),
            get(Settings.RAFT_SEGMENT_SIZE),
            get(Settings.RAFT_MIN_FREE_SPACE)),
        new StoreConfig.Http(get(Settings.HTTP_LISTEN)),
        new StoreConfig.Storage(
            get(Settings.STORAGE_BLOCK_CACHE),
            get(Settings.STORAGE_ROW_CACHE),
            get(Settings.STORAGE_WRITE_BUFFER),
            get(Settings.STORAGE_COMPRESSION),
            get(Settings.STORAGE_BACKGROUND_JOBS),
            get(Settings.STORAGE_FLUSH_COMMANDS),
            get(Settings.STORAGE_FLUSH_BYTES),
            get(Settings.STORAGE_FLUSH_INTERVAL)),
        new StoreConfig.Compaction(
            get(Settings.COMPACTION_KEEP_AGE), get(Settings.COMPACTION_KEEP_REVISIONS)),
        new StoreConfig.Members(
            get(Settings.MEMBERS_REPORT_THRESHOLD_PERCENT),
            get(Settings.MEMBERS_REPORT_INTERVAL),
            get(Settings.MEMBERS_REPORT_WRITES_PER_SECOND)),
        new StoreConfig.Log(get(Settings.LOG_FORMAT), get(Settings.LOG_LEVEL)));
  }
}
