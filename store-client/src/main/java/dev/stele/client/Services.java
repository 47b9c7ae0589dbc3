// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

import dev.stele.client.kind.Endpoint;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Where services are reached. Thread-safe; nothing blocks.
 *
 * <p>gRPC clients need none of it: with this library on the class path, a channel for the target
 * {@code stele:///host:port,host:port/service} (the store's endpoints, then the service) follows
 * the service's endpoints by itself. Channels of one process with the same list of endpoints share
 * one client. While there is no endpoint, calls fail as UNAVAILABLE, and those that wait until the
 * channel is ready wait; while the store is away, the channel keeps the endpoints that it has.
 * Endpoints of weight 0 get no calls; other weights play no part, and how calls are spread is the
 * channel's matter ({@code round_robin} uses all endpoints, gRPC's default the first one).
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
