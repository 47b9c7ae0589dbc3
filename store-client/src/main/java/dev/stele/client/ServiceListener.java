// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

import dev.stele.client.kind.Endpoint;
import java.util.Map;

/** Is told where a service is reached. */
@FunctionalInterface
public interface ServiceListener {
  /**
   * Called on a thread of the client's; one call at a time.
   *
   * @param endpoints all that there are, by the instance's name
   * @param revision at which it was so
   */
  void onEndpoints(Map<String, Endpoint> endpoints, long revision);

  /** The watch goes on by itself: {@code message} says what holds it up. */
  default void onTrouble(String message) {}
}
