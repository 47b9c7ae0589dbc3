// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.port;

import dev.stele.server.core.apply.Effects;
import dev.stele.server.core.model.StoreMeta;
import dev.stele.server.core.session.Session;
import dev.stele.server.core.session.SessionId;
import dev.stele.server.core.view.History;
import dev.stele.server.core.view.View;
import java.util.List;
import java.util.Optional;

/**
 * Where the replicated state is kept. One thread writes ({@link #latest}, {@link #commit}), another
 * one reclaims; any thread reads snapshots.
 *
 * <p>The Raft log is this store's write-ahead log: what was committed here and not flushed is lost
 * with the process, and replayed from the log at the next start, beginning behind {@link #durable}.
 *
 * <p>Methods throw {@link StoreFault} when the disk or the data fails; the node must then stop.
 */
public interface StateStore extends AutoCloseable {
  /** The state after the last commit; for the writing thread only. */
  View latest();

  /**
   * A snapshot of the state after some recent commit, at least the last one that returned before
   * this call.
   */
  Snapshot snapshot();

  /**
   * The replicated numbers after some recent commit, at least the last one that returned before
   * this call. Every response tells some of them, so this must be cheap, and must not wait for the
   * disk; any thread.
   */
  StoreMeta meta();

  /** The last entry whose outcome is in the state. */
  LogPosition applied();

  /** The last entry whose outcome survives the loss of this process, and of the machine's power. */
  LogPosition durable();

  /**
   * Makes the outcome of one entry visible, all at once: facts, history, sessions, what stands
   * beside leases, meta and the applied position.
   *
   * @param entry must be beyond {@link #applied}
   */
  void commit(LogPosition entry, Effects effects);

  /**
   * Makes everything that was applied when it was called durable, and returns the position that
   * {@link #durable} then stands at. Blocks on the disk; never called by the writing thread.
   */
  LogPosition flush();

  /**
   * Takes a step of reclaiming what nobody may read any more: goes over the next deletes, in the
   * order of their positions, and takes away the tombstones that they left. Once it is through with
   * those, it has reclaimed history through {@code through}: changes up to there are no longer
   * shown, and the room that they take is given back in large pieces, some time later. All at once
   * with the note of how far it got, and durable no later than what is applied after it. Any thread
   * but the writing one.
   *
   * @param through a revision, at most the floor
   * @param maxDeletes to go over in this step, at least 1: a revision may take several
   * @return whether there may be more through {@code through}
   */
  boolean reclaim(long through, int maxDeletes);

  /**
   * The revision through which this replica has reclaimed history, in whole or in part; 0 before
   * the first. Any thread; does not wait for the disk.
   */
  long reclaimed();

  /** Bytes on disk and in write buffers, about. */
  long sizeBytes();

  /**
   * Flushes nothing; waits for open snapshots to be closed. Calls after it throw {@link
   * IllegalStateException}.
   */
  @Override
  void close();

  /** The state at one moment. It holds resources: close it soon. */
  interface Snapshot extends View, History, AutoCloseable {
    LogPosition applied();

    /**
     * The revision through which this node had reclaimed history: changes up to it may be gone,
     * those behind it are all there, with what stood before each. At most the floor; 0 before the
     * first was reclaimed.
     */
    long reclaimed();

    /**
     * At most {@code limit} client sessions with ids beyond {@code after}, in the order of their
     * ids.
     */
    List<Session> sessions(Optional<SessionId> after, int limit);

    @Override
    void close();
  }
}
