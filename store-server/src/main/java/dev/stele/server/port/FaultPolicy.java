// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.port;

/**
 * What happens when a node can't go on safely: a server process ends, an embedded node stops and
 * says so.
 */
@FunctionalInterface
public interface FaultPolicy {
  /** Any thread; may not return. */
  void fatal(String what, Throwable cause);
}
