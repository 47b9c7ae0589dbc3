// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.peer.zookeeper;

import dev.stele.bench.compare.Ability;
import dev.stele.bench.compare.Cluster;
import dev.stele.bench.compare.Contender;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.zookeeper.Version;

/** The ZooKeeper that comes with this program as a library. */
public final class ZooKeeperContender implements Contender {
  @Override
  public String name() {
    return "zookeeper";
  }

  @Override
  public boolean isOnJvm() {
    return true;
  }

  @Override
  public Optional<String> missing() {
    return ServerClassPath.missing()
        .map(name -> "the class path has no " + name + ", which ZooKeeper's servers need");
  }

  @Override
  public String version() {
    return "ZooKeeper " + Version.getVersion() + " (Java " + Runtime.version() + ")";
  }

  @Override
  public List<String> settings() {
    return List.of(
        "three QuorumPeerMain processes on loopback without TLS, zoo_sample.cfg's tickTime 2000,"
            + " initLimit 10, syncLimit 5, forceSync as it comes (fsync before each"
            + " acknowledgement), heap -Xmx1000m as zkServer.sh has it; maxClientCnxns=0,"
            + " admin.enableServer=false",
        "client: its own, asynchronous, one session a connection, connected to the leader;"
            + " linearizable get = sync and getData sent together (it has no other; a majority does"
            + " not confirm it), local get = getData at the leader",
        "put = setData, create where there is no node; transaction = multi of check, setData,"
            + " setData",
        "watch: addWatch PERSISTENT_RECURSIVE, watchers shared out among the connections, and a"
            + " getData by each watcher for each event, since events carry no value; changes in"
            + " quick succession may show the later value twice",
        "leases: none that a program renews (sessions are kept alive by the library)");
  }

  @Override
  public Set<Ability> abilities() {
    return EnumSet.complementOf(EnumSet.of(Ability.LEASE, Ability.CLAIM));
  }

  @Override
  public Cluster start(Path directory, int basePort) throws IOException, InterruptedException {
    Optional<String> missing = missing();
    if (missing.isPresent()) {
      throw new IOException(missing.get());
    }
    return ZooKeeperCluster.start(directory.toAbsolutePath(), basePort);
  }
}
