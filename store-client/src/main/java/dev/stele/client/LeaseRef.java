// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

/**
 * A lease at one holding of it.
 *
 * @param name without the kind, for instance {@code controllers/scheduler}
 * @param token the revision of the acquisition, at least 1
 */
public record LeaseRef(String name, long token) {
  public LeaseRef {
    Utf8.check("lease name", name);
  }
}
