// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.lease;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Who holds a lease, where the holder does not say: for people, so it says where to look. */
final class HolderName {
  private static final int RANDOM_BYTES = 4;
  private static final int MAX_HOST = 200;

  private @Nullable String text;

  /** {@code host-pid-random}: one for each client, found out when it is first asked for. */
  synchronized String text() {
    String known = text;
    if (known == null) {
      known = find();
      text = known;
    }
    return known;
  }

  private static String find() {
    byte[] random = new byte[RANDOM_BYTES];
    new SecureRandom().nextBytes(random);
    String host = host();
    return (host.length() > MAX_HOST ? host.substring(0, MAX_HOST) : host)
        + "-"
        + ProcessHandle.current().pid()
        + "-"
        + HexFormat.of().formatHex(random);
  }

  /** The variable first: to ask the system may take as long as a broken resolver does. */
  private static String host() {
    String variable = System.getenv("HOSTNAME");
    if (variable != null && variable.matches("[A-Za-z0-9.-]+")) {
      return variable;
    }
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException nameless) {
      return "localhost";
    }
  }
}
