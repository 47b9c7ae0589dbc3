// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

import java.time.Duration;

/**
 * An acquisition that nothing renews.
 *
 * @param lease name and token; the name is the store's where none was given
 * @param ttl how long the lease lives without a renewal
 * @param duplicate whether the answer is the stored one of an earlier try
 */
public record LeaseGrant(LeaseRef lease, Duration ttl, boolean duplicate) {}
