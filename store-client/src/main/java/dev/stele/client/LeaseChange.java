// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

/**
 * A lease was released or handed over.
 *
 * @param lease what was released; the next holder's after a hand-over
 * @param revision of the change
 * @param duplicate whether the answer is the stored one of an earlier try
 */
public record LeaseChange(LeaseRef lease, long revision, boolean duplicate) {}
