// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.lease;

import dev.stele.client.LeaseRef;

/**
 * An acquisition, or whatever else begins a holding, that took effect.
 *
 * @param sinceNanos a moment before it did
 */
public record Grant(LeaseRef lease, long ttlMillis, boolean duplicate, long sinceNanos) {}
