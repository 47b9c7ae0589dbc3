// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus;

import dev.stele.server.consensus.confirm.AppliedIndex;
import dev.stele.server.core.model.StoreMeta;
import dev.stele.server.port.PeerAnswers.HashAnswer;
import dev.stele.server.port.PeerAnswers.HashUnknown;
import dev.stele.server.port.PeerAnswers.StateHash;
import dev.stele.server.port.ReadGate.Admission;
import dev.stele.server.port.ReadGate.Denied;
import java.util.concurrent.CompletableFuture;

/**
 * The state's hash at each of the last applied indexes, so that replicas can be compared at an
 * index that all of them have passed.
 *
 * <p>One thread records, any thread asks.
 */
public final class StateHashes {
  /** Entries that are remembered: some seconds of a busy cluster's, at 24 bytes each. */
  public static final int REMEMBERED = 32_768;

  private final AppliedIndex applied;
  private final long[] indexes = new long[REMEMBERED];
  private final long[] revisions = new long[REMEMBERED];
  private final long[] hashes = new long[REMEMBERED];
  private long recorded;

  public StateHashes(AppliedIndex applied) {
    this.applied = applied;
  }

  /**
   * The state after the entry at {@code index} is the one of {@code meta}; indexes only grow. To be
   * called before the index counts as applied.
   */
  public synchronized void record(long index, StoreMeta meta) {
    int at = (int) (recorded % REMEMBERED);
    indexes[at] = index;
    revisions[at] = meta.revision();
    hashes[at] = meta.stateHash();
    recorded++;
  }

  /**
   * The hash at {@code index}, once it is applied; never completes exceptionally.
   *
   * @param deadlineNanos on the node's ticker
   */
  public CompletableFuture<HashAnswer> at(long index, long deadlineNanos) {
    return applied
        .awaitIndex(index, deadlineNanos)
        .thenApply(admission -> answer(index, admission));
  }

  private HashAnswer answer(long index, Admission admission) {
    return admission instanceof Denied denied
        ? new HashUnknown(denied.message())
        : remembered(index);
  }

  /** Entries without a row of their own leave the state as it was. */
  private synchronized HashAnswer remembered(long index) {
    long oldest = Math.max(0, recorded - REMEMBERED);
    long low = oldest;
    long high = recorded - 1;
    while (low <= high) {
      long middle = (low + high) >>> 1;
      if (indexes[(int) (middle % REMEMBERED)] <= index) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    if (high < oldest) {
      return new HashUnknown("this node no longer knows its state at index " + index);
    }
    int at = (int) (high % REMEMBERED);
    return new StateHash(revisions[at], hashes[at]);
  }
}
