// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.propose;

/** The Raft log, as the proposer sees it. */
public interface EntryLog {
  /**
   * Appends one entry. May block until it is appended at this node; called by one thread, so
   * entries stand in the log in the order of the calls. What became of the entry is told to {@code
   * batch}.
   */
  void submit(Batch batch);
}
