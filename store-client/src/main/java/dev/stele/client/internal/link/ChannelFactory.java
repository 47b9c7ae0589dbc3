// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.link;

import io.grpc.ManagedChannel;

/** Makes connections. */
@FunctionalInterface
public interface ChannelFactory {
  /**
   * A channel to one endpoint, which runs callbacks on its transport thread and never retries.
   *
   * @param endpoint {@code host:port}
   */
  ManagedChannel open(String endpoint);
}
