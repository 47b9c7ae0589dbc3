// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

import java.util.Optional;

/**
 * A state and what led to it.
 *
 * @param state how the watch stands
 * @param endpoint the node that is asked or was last, {@code host:port}; empty before the first
 * @param cause of RECONNECTING, COMPACTED and FAILED: a {@link
 *     dev.stele.client.error.SteleException} (with the floor when it is COMPACTED), or what the
 *     listener threw
 */
public record WatchStatus(WatchState state, String endpoint, Optional<Throwable> cause) {}
