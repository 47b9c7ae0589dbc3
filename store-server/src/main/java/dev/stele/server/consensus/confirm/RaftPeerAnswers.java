// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.confirm;

import dev.stele.server.port.PeerAnswers;
import java.util.concurrent.CompletableFuture;

/** What this node answers its peers. Any thread. */
public final class RaftPeerAnswers implements PeerAnswers {
  private final String groupId;
  private final RaftView raft;
  private final ConfirmRounds rounds;

  public RaftPeerAnswers(String groupId, RaftView raft, ConfirmRounds rounds) {
    this.groupId = groupId;
    this.raft = raft;
    this.rounds = rounds;
  }

  @Override
  public String groupId() {
    return groupId;
  }

  @Override
  public long currentTerm() {
    return raft.term();
  }

  @Override
  public CompletableFuture<IndexAnswer> confirmedIndex(long deadlineNanos) {
    return rounds.confirm(deadlineNanos);
  }
}
