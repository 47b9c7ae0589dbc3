// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.claim;

import java.util.Optional;
import java.util.OptionalLong;

/** The claims that there are: none comes of itself. */
public record ListedItems() implements PoolRange {
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
