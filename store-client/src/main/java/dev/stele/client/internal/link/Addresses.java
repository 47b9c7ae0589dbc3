// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.link;

/** The syntax of {@code host:port}. */
public final class Addresses {
  private static final int MAX_PORT = 65_535;

  private Addresses() {}

  /** Whether {@code text} is {@code host:port}, with a port from 1 to 65,535. */
  public static boolean isAddress(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 1) {
      return false;
    }
    try {
      int port = Integer.parseInt(text.substring(colon + 1));
      return port >= 1 && port <= MAX_PORT;
    } catch (NumberFormatException e) {
      return false;
    }
  }
}
