// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.port;

/**
 * The disk or the data under the store failed. Nothing can be trusted from here on: the node stops.
 */
public final class StoreFault extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StoreFault(String message, Throwable cause) {
    super(message, cause);
  }

  public StoreFault(String message) {
    super(message);
  }
}
