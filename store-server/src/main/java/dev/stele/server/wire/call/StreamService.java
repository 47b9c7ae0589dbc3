// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.call;

import com.google.protobuf.Message;

/**
 * Serves one method whose both sides stream.
 *
 * @param <Q> its requests
 */
@FunctionalInterface
public interface StreamService<Q extends Message> {
  /** A call begins; what it answers goes to {@code outflow}, from any thread. */
  Inflow<Q> open(Outflow outflow);

  /**
   * What comes in of one call, one thing at a time, on an event loop that must not be blocked.
   *
   * @param <Q> its requests
   */
  interface Inflow<Q extends Message> {
    /**
     * The next request. None follows until {@link Outflow#taken} says so.
     *
     * @throws dev.stele.server.wire.error.RefusedException ends the whole call
     */
    void request(Q request);

    /** The caller takes more than it did. */
    void ready();

    /** The caller sends nothing more. */
    void finished();

    /** The call is over; what is sent from here on goes nowhere. */
    void gone();
  }
}
