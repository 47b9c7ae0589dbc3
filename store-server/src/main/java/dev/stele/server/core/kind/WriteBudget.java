// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.kind;

/**
 * How often a kind may be written. Kept by the leader before it proposes, so that a flood does not
 * reach the log; it decides nothing once a write is in there.
 *
 * @param perSecond on average, 1 to {@link dev.stele.server.core.model.Limits#BUDGET_MAX_WRITES}
 * @param burst at once, within the same bounds
 */
public record WriteBudget(int perSecond, int burst) {}
