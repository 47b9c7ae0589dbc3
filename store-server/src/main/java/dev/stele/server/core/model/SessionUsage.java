// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.model;

/**
 * How many client sessions the store remembers, and what they take.
 *
 * @param bytes about
 */
public record SessionUsage(long count, long bytes) {
  public static final SessionUsage NONE = new SessionUsage(0, 0);

  /** With so many sessions and bytes more, or, negative, fewer. */
  public SessionUsage plus(long moreSessions, long moreBytes) {
    return new SessionUsage(count + moreSessions, bytes + moreBytes);
  }
}
