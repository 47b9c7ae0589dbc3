// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.port;

/**
 * Whose work a command is, as far as fairness goes: one connection of one client. Commands of one
 * origin stay in the order of their arrival; between origins whoever asks for little goes first.
 *
 * @param name tells origins apart, over all nodes; empty for the store's own work
 */
public record Origin(String name) {
  /** The store's own work (leases, forming the cluster): it never stands behind clients'. */
  public static final Origin STORE = new Origin("");
}
