// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

import java.util.Objects;

/**
 * A lease at one holding of it.
 *
 * @param name without the kind, for instance {@code controllers/scheduler}
 * @param token the revision of the acquisition, at least 1
 */
public record LeaseRef(String name, long token) {
  public LeaseRef {
    Objects.requireNonNull(name, "name");
  }
}
