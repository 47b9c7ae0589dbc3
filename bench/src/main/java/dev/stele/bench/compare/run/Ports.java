// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.run;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Ranges of ports of loopback; each cluster gets another one. */
public final class Ports {
  /** Ports of a range. */
  static final int RANGE = 100;

  private static final int LAST = 32_000;

  private final int first;
  private int next;

  /**
   * Ranges from there on.
   *
   * @param first 1,024 to 30,000: below what the kernel gives to clients
   */
  public Ports(int first) {
    if (first < 1_024 || first > 30_000) {
      throw new IllegalArgumentException("port: " + first + " is not between 1024 and 30000");
    }
    this.first = first;
    this.next = first;
  }

  /**
   * The first of the next {@link #RANGE} ports that are free.
   *
   * @throws IOException when there is no such range left
   */
  public int next() throws IOException {
    for (int looked = 0; looked <= (LAST - first) / RANGE; looked++) {
      int candidate = next;
      next = next + 2 * RANGE > LAST ? first : next + RANGE;
      if (isFree(candidate)) {
        return candidate;
      }
    }
    throw new IOException("no " + RANGE + " ports in a row are free from " + first + " on");
  }

  private static boolean isFree(int from) {
    for (int port = from; port < from + RANGE; port++) {
      try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        probe.setReuseAddress(true);
      } catch (IOException taken) {
        return false;
      }
    }
    return true;
  }
}
