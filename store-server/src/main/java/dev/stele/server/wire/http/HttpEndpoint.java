// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.http;

import dev.stele.server.wire.WireContext;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;

/** The HTTP listener: metrics, health and version, for probes and people. */
public final class HttpEndpoint implements AutoCloseable {
  private HttpEndpoint() {}

  /**
   * Starts to listen.
   *
   * @param metrics shown at {@code /metrics}
   * @throws IOException when the address can't be bound
   */
  public static HttpEndpoint start(
      HttpSettings settings, WireContext context, PrometheusMeterRegistry metrics)
      throws IOException {
    throw new IOException("not yet: " + settings + context.selfId() + metrics);
  }

  /** The port that it listens at. */
  public int port() {
    return 0;
  }

  /** Stops listening. */
  @Override
  public void close() {}
}
