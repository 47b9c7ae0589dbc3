// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.confirm;

import dev.stele.server.consensus.deadline.DeadlineSweep;
import dev.stele.server.core.model.Reason;
import dev.stele.server.port.LogPosition;
import dev.stele.server.port.ReadGate.Admission;
import dev.stele.server.port.ReadGate.Denied;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * How far this node has applied the log, and who waits for it to get further.
 *
 * <p>The writer pays for waiters only when somebody's wait is over: it compares with the least that
 * anybody waits for, hands all who are released to an executor at once, and goes on.
 */
public final class AppliedIndex {
  /** Who may wait for indexes, and who may wait for revisions. */
  public static final int MAX_WAITING = 65_536;

  private final DeadlineSweep sweep;
  private final Thresholds byIndex;
  private final Thresholds byRevision;
  private volatile LogPosition position = LogPosition.NONE;
  private volatile long revision;

  /**
   * @param releases runs what waiters do next, so that the writer need not
   */
  public AppliedIndex(Executor releases, DeadlineSweep sweep) {
    this.sweep = sweep;
    byIndex = new Thresholds(MAX_WAITING, releases);
    byRevision = new Thresholds(MAX_WAITING, releases);
    sweep.add(this::sweep);
  }

  /**
   * The state now includes {@code newPosition}, and stands at {@code newRevision}. After every
   * entry, configuration entries too, and after the state was made visible; by the writer alone.
   * Also says where the state stands at the start and after an install.
   */
  public void advanced(LogPosition newPosition, long newRevision) {
    revision = newRevision;
    position = newPosition;
    byIndex.reached(newPosition.index());
    byRevision.reached(newRevision);
  }

  /** The last applied entry. */
  public LogPosition position() {
    return position;
  }

  /** The store's revision after it. */
  public long revision() {
    return revision;
  }

  /** Admits once the entry at {@code index} is applied. */
  public CompletableFuture<Admission> awaitIndex(long index, long deadlineNanos) {
    Waiting<Admission> one = new Waiting<>(deadlineNanos);
    awaitIndex(index, List.of(one));
    return one;
  }

  /** Admits all of {@code reads} once the entry at {@code index} is applied. */
  void awaitIndex(long index, List<Waiting<Admission>> reads) {
    if (position.index() >= index) {
      Thresholds.admit(reads);
      return;
    }
    enlist(byIndex, index, reads);
    // The writer may have passed by in between, before it could see them.
    byIndex.reached(position.index());
  }

  /** Admits once the store stands at {@code wanted} or beyond. */
  public CompletableFuture<Admission> awaitRevision(long wanted, long deadlineNanos) {
    Waiting<Admission> one = new Waiting<>(deadlineNanos);
    if (revision >= wanted) {
      Thresholds.admit(List.of(one));
      return one;
    }
    enlist(byRevision, wanted, List.of(one));
    byRevision.reached(revision);
    return one;
  }

  private void enlist(Thresholds thresholds, long at, List<Waiting<Admission>> reads) {
    if (thresholds.enlist(at, reads)) {
      sweep.arm();
      return;
    }
    Admission denied = new Denied(Reason.OVERLOADED, "too many reads wait for this node to apply");
    reads.forEach(read -> read.complete(denied));
  }

  private boolean sweep(long nowNanos) {
    boolean waits =
        byIndex.sweep(
            nowNanos, at -> "this node has applied index " + position.index() + ", not yet " + at);
    waits |=
        byRevision.sweep(
            nowNanos, at -> "this node has applied revision " + revision + ", not yet " + at);
    return waits;
  }
}
