// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.ratis;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Collection;
import org.apache.ratis.grpc.server.GrpcServices;
import org.apache.ratis.grpc.server.GrpcServicesImpl;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotReplyProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteReplyProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionReplyProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.rpc.RpcType;
import org.apache.ratis.server.protocol.RaftServerAsynchronousProtocol;

/**
 * Asks for votes only once this node's vote for itself is durable; in all else Ratis's transport. A
 * leader's appends need nothing more: it asked for votes before, or was synced when it became
 * leader without asking anyone.
 */
final class SyncedRpc implements GrpcServices {
  private final GrpcServicesImpl transport;
  private final VoteSync votes;

  SyncedRpc(GrpcServicesImpl transport, VoteSync votes) {
    this.transport = transport;
    this.votes = votes;
  }

  GrpcServicesImpl transport() {
    return transport;
  }

  @Override
  public RequestVoteReplyProto requestVote(RequestVoteRequestProto request) throws IOException {
    votes.beforeTelling(request.getCandidateTerm());
    return transport.requestVote(request);
  }

  @Override
  public StartLeaderElectionReplyProto startLeaderElection(StartLeaderElectionRequestProto request)
      throws IOException {
    return transport.startLeaderElection(request);
  }

  @Override
  public AppendEntriesReplyProto appendEntries(AppendEntriesRequestProto request)
      throws IOException {
    return transport.appendEntries(request);
  }

  @Override
  public InstallSnapshotReplyProto installSnapshot(InstallSnapshotRequestProto request)
      throws IOException {
    return transport.installSnapshot(request);
  }

  @Override
  public RaftServerAsynchronousProtocol async() {
    return transport.async();
  }

  @Override
  public RpcType getRpcType() {
    return transport.getRpcType();
  }

  @Override
  public InetSocketAddress getInetSocketAddress() {
    return transport.getInetSocketAddress();
  }

  @Override
  public InetSocketAddress getClientServerAddress() {
    return transport.getClientServerAddress();
  }

  @Override
  public InetSocketAddress getAdminServerAddress() {
    return transport.getAdminServerAddress();
  }

  @Override
  public void addRaftPeers(Collection<RaftPeer> peers) {
    transport.addRaftPeers(peers);
  }

  @Override
  public void handleException(RaftPeerId server, Exception e, boolean reconnect) {
    transport.handleException(server, e, reconnect);
  }

  @Override
  public void notifyNotLeader(RaftGroupId group) {
    transport.notifyNotLeader(group);
  }

  @Override
  public void start() throws IOException {
    transport.start();
  }

  @Override
  public void close() throws IOException {
    transport.close();
  }
}
