// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.lease;

import dev.stele.server.core.model.Bytes;

/**
 * What the fact of a lease says: its body, which the core understands.
 *
 * @param holder who has it, 1 to {@link dev.stele.server.core.model.Limits#LEASE_HOLDER_MAX_BYTES}
 * @param ttlMillis how long it lives without a renewal
 * @param metadata the holder's own words
 */
public record LeaseRecord(String holder, long ttlMillis, Bytes metadata) {}
