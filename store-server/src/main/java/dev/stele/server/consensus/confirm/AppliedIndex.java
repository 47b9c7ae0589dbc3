// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.confirm;

import dev.stele.server.consensus.deadline.DeadlineSweep;
import dev.stele.server.port.LogPosition;
import dev.stele.server.port.ReadGate.Admission;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** How far this node has applied the log, and who waits for it to get further. */
public final class AppliedIndex {
  /**
   * @param releases runs what waiters do next, so that the writer need not
   */
  public AppliedIndex(Executor releases, DeadlineSweep sweep) {
    throw new UnsupportedOperationException();
  }

  /**
   * The state now includes {@code position}, and stands at {@code revision}. After every entry,
   * configuration entries too; by the writer alone. Also says where the state stands at the start
   * and after an install.
   */
  public void advanced(LogPosition position, long revision) {
    throw new UnsupportedOperationException();
  }

  /** The last applied entry. */
  public LogPosition position() {
    throw new UnsupportedOperationException();
  }

  /** The store's revision after it. */
  public long revision() {
    throw new UnsupportedOperationException();
  }

  /** Admits once the entry at {@code index} is applied. */
  public CompletableFuture<Admission> awaitIndex(long index, long deadlineNanos) {
    throw new UnsupportedOperationException();
  }

  /** Admits once the store stands at {@code revision} or beyond. */
  public CompletableFuture<Admission> awaitRevision(long revision, long deadlineNanos) {
    throw new UnsupportedOperationException();
  }
}
