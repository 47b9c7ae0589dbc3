// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.boot.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Makes the configuration of a node for a program that embeds it: the defaults, and what is said
 * here. Unless {@code cluster.nodes} is set, the node is a cluster by itself. One thread.
 */
public final class ConfigBuilder {
  /** The last port that leaves room for two more. */
  static final int LAST_PORT = 65_533;

  private final Map<String, String> settings = new TreeMap<>();

  ConfigBuilder() {}

  /** Where the node keeps everything; made at the start if it is not there. */
  public ConfigBuilder dataDir(Path directory) {
    return set(Settings.NODE_DATA_DIR.name(), directory.toString());
  }

  /**
   * Where the node listens on loopback: clients at {@code first}, other nodes' Raft messages at the
   * next port, metrics and health at the one after that; 1 to 65533. Default 7400.
   *
   * @throws ConfigException when it is out of range
   */
  public ConfigBuilder ports(int first) {
    if (first < 1 || first > LAST_PORT) {
      throw new ConfigException(
          List.of(
              new ConfigProblem(
                  List.of(Settings.API_LISTEN.name()),
                  "\"" + first + "\" is wrong; right is a port from 1 to " + LAST_PORT)));
    }
    return set(Settings.API_LISTEN.name(), "127.0.0.1:" + first)
        .set(Settings.RAFT_LISTEN.name(), "127.0.0.1:" + (first + 1))
        .set(Settings.HTTP_LISTEN.name(), "127.0.0.1:" + (first + 2));
  }

  /**
   * Sets any key, as {@code --set} does; the last value wins. What is wrong with it is told by
   * {@link #build}.
   *
   * @param key one of {@link Settings}, such as {@code storage.block-cache}
   */
  public ConfigBuilder set(String key, String value) {
    settings.put(key, value);
    return this;
  }

  /**
   * The configuration.
   *
   * @throws ConfigException with everything that is wrong
   */
  public StoreConfig build() {
    Map<String, String> all = new TreeMap<>(settings);
    String api = all.get(Settings.API_LISTEN.name());
    String raft = all.get(Settings.RAFT_LISTEN.name());
    if (api != null && raft != null) {
      String id = all.getOrDefault(Settings.NODE_ID.name(), Settings.NODE_ID.defaultValue());
      all.putIfAbsent(Settings.CLUSTER_NODES.name(), id + "=" + api + "/" + raft);
    }
    return StoreConfig.of(all);
  }
}
