// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.dev;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;

/** Asks a node whether it serves. */
final class Readiness {
  private static final int TIMEOUT_MILLIS = 1_000;

  private Readiness() {}

  /** Whether {@code /readyz} at {@code host:port} says yes. */
  static boolean isReady(String http) {
    try {
      HttpURLConnection connection =
          (HttpURLConnection) URI.create("http://" + http + "/readyz").toURL().openConnection();
      connection.setConnectTimeout(TIMEOUT_MILLIS);
      connection.setReadTimeout(TIMEOUT_MILLIS);
      try {
        return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
      } finally {
        connection.disconnect();
      }
    } catch (IOException notYet) {
      return false;
    }
  }
}
