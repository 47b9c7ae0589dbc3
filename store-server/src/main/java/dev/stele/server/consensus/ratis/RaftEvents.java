// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.ratis;

/** What Ratis tells on its own threads, sometimes under its own locks. */
@FunctionalInterface
public interface RaftEvents {
  /** A leader came, became ready or went; must neither block nor call Ratis. */
  void leadershipChanged();
}
