// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.claim;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * The IPv4 networks of one size in a greater one; item {@code 10.0.1.0-24}.
 *
 * @param network its first address, an unsigned number of 32 bits
 * @param networkLength of its prefix
 * @param prefixLength of each item's prefix
 */
public record SubnetRange(long network, int networkLength, int prefixLength) implements PoolRange {
  @Override
  public long items() {
    throw new UnsupportedOperationException("to be built");
  }

  @Override
  public String item(long index) {
    throw new UnsupportedOperationException("to be built");
  }

  @Override
  public OptionalLong index(String item) {
    throw new UnsupportedOperationException("to be built");
  }

  @Override
  public Optional<Violation> violation() {
    throw new UnsupportedOperationException("to be built");
  }
}
