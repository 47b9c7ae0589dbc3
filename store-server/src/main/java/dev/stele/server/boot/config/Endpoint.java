// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.boot.config;

/**
 * Where something listens or is reached.
 *
 * @param host a name, or an IP address; one of version 6 without its brackets
 * @param port 0 to 65535; as a listener, 0 means any free one
 */
public record Endpoint(String host, int port) {
  private static final int MAX_PORT = 65_535;

  public Endpoint {
    if (host.isEmpty() || port < 0 || port > MAX_PORT) {
      throw new IllegalArgumentException("no endpoint: host \"" + host + "\", port " + port);
    }
  }

  /** Reads {@code host:port}; version 6 addresses stand in brackets. */
  static Endpoint parse(String text) throws BadValue {
    int colon = text.lastIndexOf(':');
    String host = colon < 0 ? text : text.substring(0, colon);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    if (bracketed) {
      host = host.substring(1, host.length() - 1);
    }
    boolean hostIsPlain =
        bracketed ? host.matches("[0-9A-Fa-f:.%a-z]+") : host.matches("[0-9A-Za-z._-]+");
    String port = colon < 0 ? "" : text.substring(colon + 1);
    if (!hostIsPlain || !port.matches("[0-9]{1,5}") || Integer.parseInt(port) > MAX_PORT) {
      throw new BadValue("host:port, as in 127.0.0.1:7400 or [::1]:7400, port at most 65535");
    }
    return new Endpoint(host, Integer.parseInt(port));
  }

  /** Whether only this machine can reach it; names other than localhost count as reachable. */
  public boolean isLoopback() {
    return host.equals("localhost")
        || host.matches("127(\\.[0-9]{1,3}){3}")
        || host.equals("::1")
        || host.equals("0:0:0:0:0:0:0:1");
  }

  /** The form that is read back: {@code host:port}. */
  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
