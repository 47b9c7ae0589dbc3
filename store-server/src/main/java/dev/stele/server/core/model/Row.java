// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.model;

/**
 * What the store holds for a key that was ever written: its fact, or the tombstone that a delete
 * left.
 */
public sealed interface Row permits Fact, Tombstone {
  Key key();

  /** The key's last change. */
  Position modified();
}
