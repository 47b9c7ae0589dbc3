// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.port;

/**
 * Where a configured node is reached.
 *
 * @param id unique in the cluster
 * @param api {@code host:port} of its gRPC listener for clients and peers
 * @param raft {@code host:port} of its Raft listener
 */
public record NodeAddress(String id, String api, String raft) {}
