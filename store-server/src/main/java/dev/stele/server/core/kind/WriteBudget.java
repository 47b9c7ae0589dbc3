// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.kind;

/**
 * How often a kind may be written. Kept by the leader before it proposes, so that a flood does not
 * reach the log; it decides nothing once a write is in there.
 *
 * @param perSecond on average, at least 1
 * @param burst at once, at least 1
 */
public record WriteBudget(int perSecond, int burst) {}
