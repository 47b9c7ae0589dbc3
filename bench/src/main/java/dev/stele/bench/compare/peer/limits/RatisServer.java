// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.peer.limits;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.ratis.RaftConfigKeys;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.netty.NettyConfigKeys;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.rpc.SupportedRpcType;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.server.RaftServerConfigKeys.Log;
import org.apache.ratis.util.TimeDuration;

/** A node of a Raft group whose state machine does nothing. */
public final class RatisServer {
  private static final int NODES = 3;
  private static final int PORT_STEP = 10;
  private static final RaftGroupId GROUP = RaftGroupId.valueOf(new UUID(0, 1));

  private RatisServer() {}

  /**
   * Serves until it is killed.
   *
   * @param arguments folder for the log, number of the node, its port; Raft has the next port, and
   *     the other nodes' ports lie ten apart
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path folder = Path.of(arguments[0]);
    int node = Integer.parseInt(arguments[1]);
    int port = Integer.parseInt(arguments[2]);
    RaftServer raft =
        RaftServer.newBuilder()
            .setServerId(id(node))
            .setGroup(RaftGroup.valueOf(GROUP, peers(port - PORT_STEP * node)))
            .setProperties(properties(folder, port + 1))
            .setStateMachine(new NothingMachine())
            .build();
    raft.start();
    RatisBatches batches = new RatisBatches(raft, GROUP);
    Wire.serve(port, batches::put, batches::leads).awaitTermination();
  }

  private static RaftPeerId id(int node) {
    return RaftPeerId.valueOf("n" + node);
  }

  private static List<RaftPeer> peers(int basePort) {
    String host = InetAddress.getLoopbackAddress().getHostAddress();
    List<RaftPeer> peers = new ArrayList<>();
    for (int node = 0; node < NODES; node++) {
      String address = host + ":" + (basePort + PORT_STEP * node + 1);
      peers.add(RaftPeer.newBuilder().setId(id(node)).setAddress(address).build());
    }
    return peers;
  }

  private static RaftProperties properties(Path folder, int port) {
    RaftProperties properties = new RaftProperties();
    RaftServerConfigKeys.setStorageDir(properties, List.of(folder.resolve("raft").toFile()));
    RaftConfigKeys.Rpc.setType(properties, SupportedRpcType.NETTY);
    NettyConfigKeys.Server.setHost(properties, InetAddress.getLoopbackAddress().getHostAddress());
    NettyConfigKeys.Server.setPort(properties, port);
    // Otherwise each advance of the commit index costs an entry, and a sync, of its own.
    Log.setLogMetadataEnabled(properties, false);
    Log.Appender.setWaitTimeMin(properties, TimeDuration.ZERO);
    return properties;
  }
}
