// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

/**
 * One node. Of one that did not answer only id and addresses are known, and why.
 *
 * @param client where clients reach it, {@code host:port}
 * @param peer Raft's address, {@code host:port}
 * @param role in the cluster
 * @param healthy whether it answered and serves
 * @param applied Raft index of the last applied entry
 * @param revision where its state stands
 * @param lagEntries entries that it is behind the leader's commit index
 * @param storeBytes on its disk
 * @param version of its software
 * @param term that it is in
 * @param durable Raft index that a restart would replay from
 * @param hash of its state at {@code applied}
 * @param maxFeatureLevel the highest feature level whose rules it knows
 * @param detail why it is not healthy, for people; empty when it is
 */
public record NodeStatus(
    String id,
    String client,
    String peer,
    Role role,
    boolean healthy,
    long applied,
    long revision,
    long lagEntries,
    long storeBytes,
    String version,
    long term,
    long durable,
    long hash,
    int maxFeatureLevel,
    String detail) {
  /** What a node is in the cluster. */
  public enum Role {
    UNKNOWN,
    LEADER,
    FOLLOWER,
    CANDIDATE,
    LEARNER
  }
}
