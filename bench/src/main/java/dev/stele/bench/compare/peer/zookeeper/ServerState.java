// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.peer.zookeeper;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What a server that serves says of itself.
 *
 * @param zxid of the last transaction that its reads show
 */
record ServerState(boolean leads, long zxid) {
  private static final int TIMEOUT_MILLIS = 1_000;
  private static final String MODE = "Mode: ";
  private static final String ZXID = "Zxid: 0x";

  /** Empty when it does not serve. */
  static Optional<ServerState> ask(InetSocketAddress address) {
    try (Socket socket = new Socket()) {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.connect(address, TIMEOUT_MILLIS);
      socket.getOutputStream().write("srvr".getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().flush();
      byte[] answer = socket.getInputStream().readAllBytes();
      return parse(new String(answer, StandardCharsets.US_ASCII));
    } catch (IOException silent) {
      return Optional.empty();
    }
  }

  static Optional<ServerState> parse(String answer) {
    String mode = "";
    long zxid = -1;
    for (String line : answer.lines().toList()) {
      if (line.startsWith(MODE)) {
        mode = line.substring(MODE.length());
      } else if (line.startsWith(ZXID)) {
        zxid = Long.parseUnsignedLong(line.substring(ZXID.length()), 16);
      }
    }
    return mode.isEmpty() || zxid < 0
        ? Optional.empty()
        : Optional.of(new ServerState(mode.equals("leader"), zxid));
  }
}
