// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports that nobody listens at. They are below those that systems give to outgoing connections, so
 * that a node finds its port free again after a restart.
 */
final class FreePorts {
  private static final int FIRST = 20_000;
  private static final int END = 32_000;
  private static final int MAX_TRIES = 1_000;

  private FreePorts() {}

  static List<Integer> find(int count) {
    List<Integer> ports = new ArrayList<>();
    for (int tries = 0; ports.size() < count; tries++) {
      if (tries == MAX_TRIES) {
        throw new IllegalStateException("no free ports on loopback");
      }
      int port = ThreadLocalRandom.current().nextInt(FIRST, END);
      if (!ports.contains(port) && isFree(port)) {
        ports.add(port);
      }
    }
    return ports;
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (BindException taken) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
