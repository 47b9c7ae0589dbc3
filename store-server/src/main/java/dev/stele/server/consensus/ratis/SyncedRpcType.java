// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.ratis;

import org.apache.ratis.conf.Parameters;
import org.apache.ratis.grpc.GrpcFactory;
import org.apache.ratis.grpc.server.GrpcLogAppender;
import org.apache.ratis.grpc.server.GrpcServices;
import org.apache.ratis.grpc.server.GrpcServicesImpl;
import org.apache.ratis.rpc.RpcFactory;
import org.apache.ratis.rpc.RpcType;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.server.leader.LogAppender;

/**
 * Ratis's gRPC transport with {@link SyncedRpc} in front of what this node sends by itself. Ratis
 * makes one by the name of this class, which is why it is public.
 */
public final class SyncedRpcType implements RpcType {
  private static final String VOTES = "stele.votes";

  /** For Ratis. */
  public SyncedRpcType() {}

  /** Hands the node's own {@code votes} through Ratis to the transport. */
  static void set(Parameters parameters, VoteSync votes) {
    parameters.put(VOTES, votes, VoteSync.class);
  }

  @Override
  public String name() {
    return SyncedRpcType.class.getName();
  }

  @Override
  public RpcFactory newFactory(Parameters parameters) {
    return new Factory(parameters);
  }

  private static final class Factory extends GrpcFactory {
    private final VoteSync votes;

    Factory(Parameters parameters) {
      super(parameters);
      votes = parameters.getNonNull(VOTES, VoteSync.class);
    }

    @Override
    public GrpcServices newRaftServerRpc(RaftServer server) {
      return new SyncedRpc((GrpcServicesImpl) super.newRaftServerRpc(server), votes);
    }

    @Override
    public LogAppender newLogAppender(
        RaftServer.Division division, LeaderState leader, FollowerInfo follower) {
      return new Appender(division, leader, follower);
    }
  }

  /** Appends over the transport that is behind ours, as Ratis's own appender expects it. */
  private static final class Appender extends GrpcLogAppender {
    Appender(RaftServer.Division division, LeaderState leader, FollowerInfo follower) {
      super(division, leader, follower);
    }

    @Override
    public GrpcServicesImpl getServerRpc() {
      return ((SyncedRpc) getServer().getRaftServer().getServerRpc()).transport();
    }
  }
}
