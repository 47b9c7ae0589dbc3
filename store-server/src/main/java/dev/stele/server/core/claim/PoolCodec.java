// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.claim;

import dev.stele.server.core.encoding.MalformedException;
import dev.stele.server.core.model.Bytes;

/** Pools as the bodies of their facts: a version byte, then the fields in their order. */
public final class PoolCodec {
  private PoolCodec() {}

  /** The body that says {@code pool}. */
  public static Bytes encode(PoolRecord pool) {
    throw new UnsupportedOperationException("to be built");
  }

  /**
   * What {@code body} says.
   *
   * @throws MalformedException when it is not what {@link #encode} made
   */
  public static PoolRecord decode(Bytes body) throws MalformedException {
    throw new UnsupportedOperationException("to be built");
  }
}
