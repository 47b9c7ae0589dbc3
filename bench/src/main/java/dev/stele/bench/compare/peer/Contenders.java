// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.peer;

import dev.stele.bench.compare.Contender;
import dev.stele.bench.compare.peer.etcd.EtcdContender;
import dev.stele.bench.compare.peer.limits.Limit;
import dev.stele.bench.compare.peer.limits.LimitContender;
import dev.stele.bench.compare.peer.stele.SteleContender;
import dev.stele.bench.compare.peer.stele.SteleContender.Way;
import dev.stele.bench.compare.peer.zookeeper.ZooKeeperContender;
import java.util.List;
import java.util.Map;

/** Everything that can be compared. */
public final class Contenders {
  private Contenders() {}

  /**
   * Stele in both ways, then its peers, installed or not.
   *
   * @param environment this process's variables: {@code PATH} and those of the launcher
   */
  public static List<Contender> all(Map<String, String> environment) {
    return List.of(
        new SteleContender(Way.CLIENT, environment),
        new SteleContender(Way.ONE_RPC_A_CALL, environment),
        new EtcdContender(environment.getOrDefault("PATH", "")),
        new ZooKeeperContender());
  }

  /** What bounds them all: rows of puts only. */
  public static List<Contender> limits() {
    return List.of(new LimitContender(Limit.RATIS), new LimitContender(Limit.ECHO));
  }
}
