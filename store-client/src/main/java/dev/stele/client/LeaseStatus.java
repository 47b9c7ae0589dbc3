// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

import java.util.Optional;

/**
 * A state and what led to it.
 *
 * @param state how the lease stands
 * @param loss of LOST
 * @param detail for people; empty when there is nothing to tell
 */
public record LeaseStatus(LeaseState state, Optional<LeaseLoss> loss, String detail) {}
