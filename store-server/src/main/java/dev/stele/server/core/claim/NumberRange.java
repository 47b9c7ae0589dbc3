// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.claim;

import java.util.Optional;
import java.util.OptionalLong;

/** Numbers, {@code first} to {@code last}. */
public record NumberRange(long first, long last) implements PoolRange {
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
