// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.link;

import dev.stele.client.internal.pipe.Loop;
import io.grpc.ManagedChannel;

/**
 * A connection to one endpoint.
 *
 * @param channel runs callbacks on its transport thread and never retries
 * @param loop that thread
 */
public record Connection(ManagedChannel channel, Loop loop) {}
