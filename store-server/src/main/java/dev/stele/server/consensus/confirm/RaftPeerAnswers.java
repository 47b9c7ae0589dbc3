// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.confirm;

import dev.stele.server.port.PeerAnswers;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;

/** What this node answers its peers. Any thread. */
public final class RaftPeerAnswers implements PeerAnswers {
  private final String groupId;
  private final RaftView raft;
  private final ConfirmRounds rounds;
  private final BiFunction<Long, Long, CompletableFuture<HashAnswer>> stateHash;

  /**
   * @param stateHash of an index, by a deadline
   */
  public RaftPeerAnswers(
      String groupId,
      RaftView raft,
      ConfirmRounds rounds,
      BiFunction<Long, Long, CompletableFuture<HashAnswer>> stateHash) {
    this.stateHash = stateHash;
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

  @Override
  public CompletableFuture<HashAnswer> stateHash(long index, long deadlineNanos) {
    return stateHash.apply(index, deadlineNanos);
  }
}
