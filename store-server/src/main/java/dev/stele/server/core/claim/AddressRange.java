// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.claim;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * IPv4 addresses, unsigned numbers of 32 bits, {@code first} to {@code last}; items {@code
 * 10.0.0.10}, {@code 10.0.0.11}, …
 */
public record AddressRange(long first, long last) implements PoolRange {
  @Override
  public long items() {
    return last - first + 1;
  }

  @Override
  public String item(long index) {
    return Ipv4.print(first + PoolRange.within(index, items()));
  }

  @Override
  public OptionalLong index(String item) {
    OptionalLong address = Ipv4.parse(item);
    return address.isPresent() && address.getAsLong() >= first && address.getAsLong() <= last
        ? OptionalLong.of(address.getAsLong() - first)
        : OptionalLong.empty();
  }

  @Override
  public Optional<Violation> violation() {
    if (!Ipv4.isAddress(first)) {
      return Violation.of("addresses.first", "is no IPv4 address");
    }
    if (!Ipv4.isAddress(last)) {
      return Violation.of("addresses.last", "is no IPv4 address");
    }
    return PoolRange.boundsViolation("addresses.last", first, last, Ipv4::print);
  }
}
