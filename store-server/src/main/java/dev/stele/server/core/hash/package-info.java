// SPDX-License-Identifier: Apache-2.0
/**
 * Hashes that are the same at every replica, on every machine and Java version.
 *
 * <p>The hash of the replicated state is made of them: the sum, modulo 2^64, of a hash of each live
 * fact, each client session and what stands beside each lease, mixed with the store's replicated
 * numbers. A sum is kept up to date at the cost of the rows that change (Bellare and Micciancio, "A
 * New Paradigm for Collision-free Hashing: Incrementality at Reduced Cost", 1997, section 3); it
 * finds accidents, not forgeries. Tombstones and history are not in it, because each replica
 * reclaims them at its own leisure.
 */
package dev.stele.server.core.hash;
