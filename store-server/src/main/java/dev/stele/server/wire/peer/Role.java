// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.peer;

/** Who may call a method. */
public enum Role {
  /** Anyone who reaches the listener, which is loopback unless an operator says otherwise. */
  CLIENT,
  /** A node of this cluster. */
  PEER
}
