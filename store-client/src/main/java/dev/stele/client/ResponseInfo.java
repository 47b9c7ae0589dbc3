// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

import java.time.Duration;

/**
 * Who answered, and where it stood.
 *
 * @param clusterId of the cluster that answered
 * @param epoch raised by a restore: revisions of two epochs are of two histories
 * @param member the node that answered
 * @param leader the node that leads as far as {@code member} knows; empty when it knows none
 * @param leaderEndpoint where clients reach it, {@code host:port}; empty when {@code leader} is
 * @param term of that leadership
 * @param revision that the answer was given at
 * @param storeTimeMillis store time at that revision; no wall clock moves it
 * @param leaderContactAge how long ago {@code member} last heard from a leader; zero at a leader
 *     that has a majority. It is the age of a local read
 */
public record ResponseInfo(
    String clusterId,
    long epoch,
    String member,
    String leader,
    String leaderEndpoint,
    long term,
    long revision,
    long storeTimeMillis,
    Duration leaderContactAge) {}
