// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.link;

/** Makes connections. */
@FunctionalInterface
public interface ChannelFactory {
  /**
   * A connection to one endpoint, which is made when it is first used.
   *
   * @param endpoint {@code host:port}
   */
  Connection open(String endpoint);
}
