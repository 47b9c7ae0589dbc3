// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.claim;

import java.util.Optional;
import java.util.OptionalLong;

/** The claims that there are: none comes of itself. */
public record ListedItems() implements PoolRange {
  @Override
  public long items() {
    return 0;
  }

  @Override
  public String item(long index) {
    throw new IndexOutOfBoundsException(index);
  }

  @Override
  public OptionalLong index(String item) {
    return OptionalLong.empty();
  }

  @Override
  public Optional<Violation> violation() {
    return Optional.empty();
  }
}
