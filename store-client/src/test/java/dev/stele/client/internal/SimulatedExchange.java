// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal;

import io.grpc.Metadata;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/** A request under way over a {@link SimulatedNetwork}; what comes first ends it. */
interface SimulatedExchange {
  /** The request has left this process. */
  void sent();

  /** Its connection could not be made, or broke before it had left. */
  void closeUnsent(Status status);

  /** One of another type fails the simulation. */
  void answer(Object response);

  /**
   * The end without an answer.
   *
   * @param trailers what the node says; null when it is not the node that ends it
   */
  void close(Status status, @Nullable Metadata trailers);
}
