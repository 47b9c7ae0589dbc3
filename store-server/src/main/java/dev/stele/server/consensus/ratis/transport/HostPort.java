// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.ratis.transport;

import java.net.InetSocketAddress;

/** An address as it stands in the configuration; an IPv6 host is in brackets. */
record HostPort(String host, int port) {
  static HostPort of(String address) {
    int colon = address.lastIndexOf(':');
    return new HostPort(
        address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
  }

  /** Looks the host up; blocks. */
  InetSocketAddress resolve() {
    return new InetSocketAddress(host, port);
  }
}
