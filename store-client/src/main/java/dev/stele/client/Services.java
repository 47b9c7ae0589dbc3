// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

import dev.stele.client.kind.Endpoint;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Where services are reached. Thread-safe; nothing blocks. gRPC clients need none of it: with this
 * library on the class path, {@code ManagedChannelBuilder.forTarget("stele://host:port,…/service")}
 * follows the service's endpoints by itself.
 */
public interface Services {
  /** The endpoints of {@code service} at this moment, by the instance's name; linearizable. */
  CompletableFuture<Map<String, Endpoint>> resolve(String service);

  /**
   * Follows the endpoints of {@code service}: the listener is told those that there are, and then
   * each change, in order, one at a time. While the store can't be reached it keeps what it has.
   */
  ServiceWatch watch(String service, ServiceListener listener);
}
