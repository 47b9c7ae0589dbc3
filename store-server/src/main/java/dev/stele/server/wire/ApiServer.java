// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire;

import java.io.IOException;

/** The API listener: gRPC for clients and, under a peer identity, for the other nodes. */
public final class ApiServer implements AutoCloseable {
  private ApiServer() {}

  /**
   * Starts to listen.
   *
   * @throws IOException when the address can't be bound
   */
  public static ApiServer start(ApiSettings settings, WireContext context) throws IOException {
    throw new IOException("not yet: " + settings + context.selfId());
  }

  /** The port that it listens at. */
  public int port() {
    return 0;
  }

  /** Refuses new calls, lets those under way end for a while, and frees everything. */
  @Override
  public void close() {}
}
