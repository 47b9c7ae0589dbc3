// SPDX-License-Identifier: Apache-2.0

/**
 * How nodes talk Raft: one connection for each direction between two nodes, frames with Ratis's
 * messages on it, and the leader's pipelines of appends. Behind Ratis's interface for transports.
 */
@NullMarked
package dev.stele.server.consensus.ratis.transport;

import org.jspecify.annotations.NullMarked;
