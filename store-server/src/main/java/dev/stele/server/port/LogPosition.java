// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.port;

/** An entry of the Raft log. {@link #NONE} stands before the first. */
public record LogPosition(long term, long index) {
  public static final LogPosition NONE = new LogPosition(0, -1);
}
