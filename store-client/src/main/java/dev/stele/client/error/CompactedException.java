// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.error;

import org.jspecify.annotations.Nullable;

/** What was asked for is compacted: start from the initial state. */
public final class CompactedException extends RefusedException {
  private static final long serialVersionUID = 1;

  private final long floor;

  public CompactedException(String message, @Nullable String field, long floor) {
    super(Reason.COMPACTED, message, field, null);
    this.floor = floor;
  }

  /** The oldest revision that can still be read; 0 when the server did not say. */
  public long floor() {
    return floor;
  }
}
