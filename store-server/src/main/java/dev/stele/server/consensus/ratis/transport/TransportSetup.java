// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.ratis.transport;

import dev.stele.server.port.Network;
import dev.stele.server.port.PeerIdentity;
import dev.stele.server.port.Ticker;
import java.time.Duration;

/**
 * What the transport of a node needs to know.
 *
 * @param identity this node's id, and the secret that its peers prove to know
 * @param group id of the Raft group
 * @param listen {@code host:port}
 * @param network the real one, or a test's
 * @param votes asked before anything is told that others build on
 * @param electionTimeoutMin of Raft
 * @param electionTimeoutMax of Raft
 */
public record TransportSetup(
    PeerIdentity identity,
    String group,
    String listen,
    Network network,
    VoteGuard votes,
    Ticker ticker,
    Duration electionTimeoutMin,
    Duration electionTimeoutMax) {
  /** Between attempts to reach a node that is away, after the first few. */
  private static final long LONGEST_PAUSE_MILLIS = 100;

  /** A peer that answers nothing for this long gets a new connection. */
  private static final long SHORTEST_SILENCE_MILLIS = 1_000;

  private static final long ASK_MILLIS = 3_000;

  /** This node. */
  String selfId() {
    return identity.memberId();
  }

  /** Pause between two attempts to reach a node that is away, or does not follow. */
  long retryNanos() {
    return Math.min(LONGEST_PAUSE_MILLIS * 1_000_000, electionTimeoutMin.toNanos() / 3);
  }

  /** What each survivor of a leader leaves to the one before it to become the next. */
  long turnNanos() {
    return electionTimeoutMin.toNanos() / 3;
  }

  /** How long a vote, or a handover, is waited for. */
  long askNanos() {
    return Math.max(ASK_MILLIS * 1_000_000, 2 * electionTimeoutMax.toNanos());
  }

  /** How long a peer may leave everything unanswered before its connection is taken for dead. */
  long silenceNanos() {
    return Math.max(SHORTEST_SILENCE_MILLIS * 1_000_000, 2 * electionTimeoutMax.toNanos());
  }
}
