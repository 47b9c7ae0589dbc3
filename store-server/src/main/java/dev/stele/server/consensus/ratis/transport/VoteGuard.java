// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.ratis.transport;

/** Holds back what is told to other nodes until it would survive a power loss. */
@FunctionalInterface
public interface VoteGuard {
  /**
   * Returns when this node's term and vote are durable, and its term is {@code term} at least;
   * blocks on the disk when they are not yet. Throws when they can't be: then nothing is to be
   * told.
   */
  void beforeTelling(long term);
}
