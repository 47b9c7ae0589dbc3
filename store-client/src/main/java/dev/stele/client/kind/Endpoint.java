// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.kind;

import java.util.Map;
import java.util.Objects;

/**
 * A place where a service is reached.
 *
 * @param service its name
 * @param address {@code host:port}
 * @param weight its share of the load, 0 to 2^32 - 1
 * @param labels for selection
 */
public record Endpoint(String service, String address, long weight, Map<String, String> labels) {
  public Endpoint {
    Objects.requireNonNull(service, "service");
    Objects.requireNonNull(address, "address");
    Unsigned.check32("weight", weight);
    labels = Map.copyOf(labels);
  }

  /** An endpoint of weight 1 without labels. */
  public static Endpoint of(String service, String address) {
    return new Endpoint(service, address, 1, Map.of());
  }
}
