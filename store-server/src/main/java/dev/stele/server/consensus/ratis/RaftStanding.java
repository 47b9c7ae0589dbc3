// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.ratis;

import dev.stele.server.consensus.confirm.RaftView;
import dev.stele.server.port.Leadership;
import dev.stele.server.port.Ticker;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.proto.RaftProtos.ServerRpcProto;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.util.LifeCycle;

/** Where this node stands in Raft. Any thread; nothing here waits for Ratis's locks. */
final class RaftStanding implements RaftView, Leadership {
  /** Asking Ratis for it builds a message. The age that is told grows on in between. */
  private static final long CONTACT_SAMPLE_NANOS = 50_000_000;

  private final RaftServer.Division division;
  private final Ticker ticker;
  private volatile boolean started;
  private volatile Contact contact = new Contact(false, 0, 0);
  private volatile KnownVoters known = new KnownVoters(null, new Voters(Set.of(), Set.of()));

  RaftStanding(RaftServer.Division division, Ticker ticker) {
    this.division = division;
    this.ticker = ticker;
  }

  /** Ratis has opened its log; before this there is nothing to tell. */
  void started() {
    started = true;
  }

  @Override
  public long term() {
    return started ? division.getInfo().getCurrentTerm() : 0;
  }

  @Override
  public boolean leaderReady() {
    DivisionInfo info = division.getInfo();
    return started && info.isLeader() && info.isLeaderReady();
  }

  @Override
  public long committedIndex() {
    return started ? division.getRaftLog().getLastCommittedIndex() : -1;
  }

  @Override
  public Voters voters() {
    // Configurations are immutable, and Ratis shows the same object until it changes.
    RaftConfiguration configuration = division.getRaftConf();
    KnownVoters last = known;
    if (last.configuration() != configuration) {
      last =
          new KnownVoters(
              configuration,
              new Voters(
                  ids(configuration.getCurrentPeers()), ids(configuration.getPreviousPeers())));
      known = last;
    }
    return last.voters();
  }

  @Override
  public Optional<String> leader() {
    return Optional.ofNullable(division.getInfo().getLeaderId()).map(RaftPeerId::toString);
  }

  @Override
  public Standing standing() {
    Role role = role();
    return new Standing(
        role, term(), leader(), leaderReady(), contactAgeMillis(role), committedIndex());
  }

  @Override
  public Role role() {
    DivisionInfo info = division.getInfo();
    RaftPeerRole role = info.getCurrentRole();
    if (!started || role == null || info.getLifeCycleState() != LifeCycle.State.RUNNING) {
      return Role.NONE;
    }
    return switch (role) {
      case LEADER -> Role.LEADER;
      case CANDIDATE -> Role.CANDIDATE;
      case LISTENER -> Role.LEARNER;
      case FOLLOWER, UNRECOGNIZED -> Role.FOLLOWER;
    };
  }

  private long contactAgeMillis(Role role) {
    if (role == Role.LEADER) {
      return 0;
    }
    long now = ticker.nanos();
    if (now - contact.sampledNanos() > CONTACT_SAMPLE_NANOS || !contact.heard()) {
      sampleContact();
    }
    Contact last = contact;
    return last.heard() ? Math.max(0, (now - last.atNanos()) / 1_000_000) : Long.MAX_VALUE;
  }

  /**
   * Notes when a leader was last heard from. Called often enough, so that the moment is known for
   * as long as this node then stays without a leader: Ratis forgets it with the leader.
   */
  void sampleContact() {
    if (!started) {
      return;
    }
    long now = ticker.nanos();
    Contact last = contact;
    contact =
        heardNanos(now)
            .map(heard -> new Contact(true, heard, now))
            .orElse(new Contact(last.heard(), last.atNanos(), now));
  }

  private Optional<Long> heardNanos(long now) {
    RaftPeerRole role = division.getInfo().getCurrentRole();
    if (role == RaftPeerRole.LEADER) {
      return Optional.of(now);
    }
    if (role != RaftPeerRole.FOLLOWER && role != RaftPeerRole.LISTENER) {
      return Optional.empty();
    }
    ServerRpcProto leader = division.getInfo().getRoleInfoProto().getFollowerInfo().getLeaderInfo();
    // Without a leader the elapsed time counts from a vote, or from when this node started.
    return leader.hasId()
        ? Optional.of(now - leader.getLastRpcElapsedTimeMs() * 1_000_000)
        : Optional.empty();
  }

  private static Set<String> ids(Collection<RaftPeer> peers) {
    return peers.stream().map(peer -> peer.getId().toString()).collect(Collectors.toSet());
  }

  /**
   * @param heard whether a leader was ever heard from
   */
  private record Contact(boolean heard, long atNanos, long sampledNanos) {}

  private record KnownVoters(RaftConfiguration configuration, Voters voters) {}
}
