// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.http;

import java.time.Duration;

/**
 * How the HTTP listener is run.
 *
 * @param host address to listen at
 * @param port 0 lets the system choose
 * @param maxContactAge a node that has not heard from a leader for longer is not ready
 */
public record HttpSettings(String host, int port, Duration maxContactAge) {
  /** The defaults, at {@code host} and {@code port}. */
  public static HttpSettings at(String host, int port) {
    return new HttpSettings(host, port, Duration.ofSeconds(2));
  }
}
