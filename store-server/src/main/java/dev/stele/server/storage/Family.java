// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import java.nio.charset.StandardCharsets;

/** The column families that hold something. */
enum Family {
  /** Key to fact or tombstone. */
  FACTS("facts"),
  /** Position to change. */
  HISTORY("history"),
  /** Position of a delete to its key, until the tombstone that it left is taken away. */
  TOMBSTONES("tombstones"),
  /** Id to client session. */
  SESSIONS("sessions"),
  /** Name of a lease to what is kept beside its fact. */
  LEASES("leases"),
  /** Name of a lease and key of a fact that is bound to it, to nothing. */
  BINDINGS("bindings"),
  /** Format, applied position and the store's meta in one row; in another how far is reclaimed. */
  META("meta");

  private final String label;

  Family(String label) {
    this.label = label;
  }

  String label() {
    return label;
  }

  byte[] nameBytes() {
    return label.getBytes(StandardCharsets.UTF_8);
  }
}
