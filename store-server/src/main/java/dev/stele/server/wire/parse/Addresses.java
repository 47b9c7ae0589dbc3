// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.parse;

import static dev.stele.server.wire.parse.Fields.invalid;

import dev.stele.server.core.claim.Ipv4;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Limits;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/** Where something is reached: {@code host:port}. */
final class Addresses {
  private static final int PORT_MAX = 65_535;
  private static final Pattern PORT = Pattern.compile("[0-9]{1,5}");
  private static final Pattern NAME =
      Pattern.compile("[0-9A-Za-z_-]++(?:\\.[0-9A-Za-z_-]++)*+\\.?");
  private static final Pattern NUMBERS = Pattern.compile("[0-9.]+");
  private static final Pattern VERSION_6 = Pattern.compile("\\[[0-9A-Fa-f:.]{2,45}]");

  private Addresses() {}

  /** Refuses what is not {@code host:port}: a name, an IPv4 address or one of IPv6 in brackets. */
  static void require(String address, String field) {
    if (address.isEmpty()) {
      throw invalid(field, "is not set: host:port is needed");
    }
    int bytes = Bytes.utf8(address).length();
    if (bytes > Limits.ADDRESS_MAX_BYTES) {
      throw invalid(
          field, "has %d bytes, at most %d are allowed".formatted(bytes, Limits.ADDRESS_MAX_BYTES));
    }
    int colon = address.lastIndexOf(':');
    // The last colon of an address of version 6 without a port is inside its brackets.
    if (colon < 0 || address.endsWith("]")) {
      throw invalid(field, "has no port: host:port is needed");
    }
    if (!isHost(address.substring(0, colon))) {
      throw invalid(
          field, "has a host that is no name, no IPv4 address and no IPv6 address in brackets");
    }
    if (!isPort(address.substring(colon + 1))) {
      throw invalid(field, "has another port than 1 to " + PORT_MAX);
    }
  }

  private static boolean isPort(String port) {
    return PORT.matcher(port).matches()
        && Integer.parseInt(port) >= 1
        && Integer.parseInt(port) <= PORT_MAX;
  }

  private static boolean isHost(String host) {
    if (NUMBERS.matcher(host).matches()) {
      return Ipv4.parse(host).isPresent();
    }
    return NAME.matcher(host).matches() || isVersion6(host);
  }

  private static boolean isVersion6(String host) {
    if (!VERSION_6.matcher(host).matches()) {
      return false;
    }
    try {
      // What stands in brackets is read and never looked up.
      InetAddress unused = InetAddress.getByName(host);
      return true;
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
