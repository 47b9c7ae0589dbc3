// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.command;

import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Stamp;
import dev.stele.server.core.view.View;

/**
 * Acquires a lease that nobody holds: makes its fact, whose mod revision is the token.
 *
 * @param name without the kind
 * @param holder 1 to {@link dev.stele.server.core.model.Limits#LEASE_HOLDER_MAX_BYTES}
 * @param ttlMillis within the bounds of {@link dev.stele.server.core.model.Limits}
 */
public record AcquireLease(String name, String holder, long ttlMillis, Bytes metadata)
    implements Command {
  @Override
  public Outcome decide(View view, Stamp stamp) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long sizeBytes() {
    return (long) name.length() + holder.length() + metadata.length();
  }

  /** Held from here on, under {@code token}, which is the revision. */
  public record Acquired(long token) implements Result {}
}
