// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

import dev.stele.client.kind.Endpoint;
import java.util.Map;

/**
 * Is told where a service is reached: one call at a time, in order, where listeners of watches run.
 * What it throws ends the watch.
 */
@FunctionalInterface
public interface ServiceListener {
  /**
   * The endpoints are others than before.
   *
   * @param endpoints all that there are, by the instance's name; empty when there is none
   * @param revision at which it was so
   */
  void onEndpoints(Map<String, Endpoint> endpoints, long revision);

  /** Nothing new comes for now, {@code message} says why; it goes on by itself. */
  default void onTrouble(String message) {}

  /**
   * Nothing comes any more: the client was closed, the watch was refused, or this threw. Not called
   * after {@link ServiceWatch#close}.
   *
   * @param cause a {@link dev.stele.client.error.SteleException}, or what was thrown
   */
  default void onEnd(Throwable cause) {}
}
