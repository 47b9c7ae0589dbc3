// SPDX-License-Identifier: Apache-2.0
package dev.stele.jepsen.claims;

/**
 * A lease from a revision on.
 *
 * @param held under the revision as its token; false when it ended
 */
public record LeaseRow(String name, long revision, boolean held) {}
