// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.model;

import dev.stele.server.core.hash.Fingerprint;
import dev.stele.server.core.lease.Leases;

/**
 * A lease at one holding of it.
 *
 * @param name without the kind, for instance {@code controllers/scheduler}
 * @param token revision of the acquisition, at least 1
 */
public record LeaseRef(String name, long token) {
  /** The key of the lease's own fact. */
  public Key key() {
    return Leases.key(name);
  }

  /** Adds what tells it from others. */
  public void addTo(Fingerprint print) {
    print.add(name).add(token);
  }
}
