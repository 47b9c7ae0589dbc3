// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.ratis.transport;

import org.apache.ratis.conf.Parameters;
import org.apache.ratis.rpc.RpcFactory;
import org.apache.ratis.rpc.RpcType;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerRpc;
import org.apache.ratis.server.ServerFactory;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.server.leader.LogAppender;

/** Our transport, for Ratis, which makes one by the name of this class: so it is public. */
public final class TransportType implements RpcType {
  private static final String SETUP = "stele.transport";

  /** For Ratis. */
  public TransportType() {}

  /** Hands {@code setup} through Ratis to the transport. */
  public static void set(Parameters parameters, TransportSetup setup) {
    parameters.put(SETUP, setup, TransportSetup.class);
  }

  @Override
  public String name() {
    return TransportType.class.getName();
  }

  @Override
  public RpcFactory newFactory(Parameters parameters) {
    return new Factory(parameters.getNonNull(SETUP, TransportSetup.class));
  }

  private record Factory(TransportSetup setup) implements ServerFactory {
    @Override
    public RpcType getRpcType() {
      return new TransportType();
    }

    @Override
    public RaftServerRpc newRaftServerRpc(RaftServer server) {
      return new Transport(setup, server);
    }

    @Override
    public LogAppender newLogAppender(
        RaftServer.Division division, LeaderState leader, FollowerInfo follower) {
      Transport transport = (Transport) division.getRaftServer().getServerRpc();
      return new PipelinedAppender(division, leader, follower, setup, transport);
    }
  }
}
