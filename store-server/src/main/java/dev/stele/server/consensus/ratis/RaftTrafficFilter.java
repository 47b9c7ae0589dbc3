// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.ratis;

/** Decides which Raft messages arrive. Tests cut links with it; everything else arrives. */
@FunctionalInterface
public interface RaftTrafficFilter {
  /** Delivers everything. */
  RaftTrafficFilter ALL = (from, to) -> true;

  /** Whether what node {@code from} sends to node {@code to} arrives. Any thread. */
  boolean delivers(String from, String to);
}
