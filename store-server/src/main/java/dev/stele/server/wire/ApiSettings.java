// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire;

import dev.stele.server.wire.intake.IntakeLimits;
import java.time.Duration;

/**
 * How the API listener is run.
 *
 * @param host address to listen at; the default is loopback
 * @param port 0 lets the system choose
 * @param eventLoops threads that move bytes, at least 1. Few: each hand-over costs more than it
 *     gains
 * @param readers threads that read the store, at least 1
 * @param maxCallsPerConnection calls that one connection may have under way, at least 1
 * @param maxMetadataBytes of one call's headers
 * @param limits of what is taken in at one time
 * @param closeGrace what calls under way are given to end when the listener closes
 */
public record ApiSettings(
    String host,
    int port,
    int eventLoops,
    int readers,
    int maxCallsPerConnection,
    int maxMetadataBytes,
    IntakeLimits limits,
    Duration closeGrace) {
  /** Greatest request, in bytes. */
  public static final int REQUEST_MAX_BYTES = 4 << 20;

  /** Reads that wait for their confirmation or for a reader. */
  public static final int READS_MAX = 65_536;

  public ApiSettings {
    atLeastOne("eventLoops", eventLoops);
    atLeastOne("readers", readers);
    atLeastOne("maxCallsPerConnection", maxCallsPerConnection);
    atLeastOne("maxMetadataBytes", maxMetadataBytes);
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port: " + port + ", 0 to 65535 are allowed");
    }
    if (closeGrace.isNegative()) {
      throw new IllegalArgumentException("closeGrace: " + closeGrace + ", negative");
    }
  }

  /** The defaults, at {@code host} and {@code port}. */
  public static ApiSettings at(String host, int port) {
    int cores = Runtime.getRuntime().availableProcessors();
    return new ApiSettings(
        host,
        port,
        Math.max(1, cores / 4),
        Math.min(4, Math.max(2, cores)),
        8_192,
        16 * 1024,
        IntakeLimits.forHeap(Runtime.getRuntime().maxMemory()),
        Duration.ofSeconds(2));
  }

  private static void atLeastOne(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + ": " + value + ", at least 1 is needed");
    }
  }
}
