// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

import dev.stele.client.kind.Endpoint;
import java.util.Objects;

/**
 * Where a member is reached: becomes the fact {@code endpoint/<service>/<instance>}.
 *
 * @param instance empty: the member's name
 * @param endpoint with its service and its address
 */
public record RegisteredEndpoint(String instance, Endpoint endpoint) {
  public RegisteredEndpoint {
    Objects.requireNonNull(instance, "instance");
    Objects.requireNonNull(endpoint, "endpoint");
  }
}
