// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.claim;

import dev.stele.server.core.model.Limits;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The IPv4 networks of one size in a greater one; item {@code 10.0.1.0-24}.
 *
 * @param network its first address, an unsigned number of 32 bits
 * @param networkLength of its prefix, 0 to 32
 * @param prefixLength of each item's prefix, {@code networkLength} to 32
 */
public record SubnetRange(long network, int networkLength, int prefixLength) implements PoolRange {
  @Override
  public long items() {
    return 1L << (prefixLength - networkLength);
  }

  @Override
  public String item(long index) {
    long first = network + (PoolRange.within(index, items()) << itemBits());
    return Ipv4.print(first) + suffix();
  }

  @Override
  public OptionalLong index(String item) {
    String suffix = suffix();
    if (!item.endsWith(suffix)) {
      return OptionalLong.empty();
    }
    OptionalLong address = Ipv4.parse(item.substring(0, item.length() - suffix.length()));
    if (address.isEmpty()) {
      return OptionalLong.empty();
    }
    long offset = address.getAsLong() - network;
    long index = offset >> itemBits();
    boolean begins = offset >= 0 && index << itemBits() == offset;
    return begins && index < items() ? OptionalLong.of(index) : OptionalLong.empty();
  }

  private String suffix() {
    return "-" + prefixLength;
  }

  /** Of an address, those that an item leaves open. */
  private int itemBits() {
    return Ipv4.BITS - prefixLength;
  }

  @Override
  public Optional<Violation> violation() {
    if (!Ipv4.isAddress(network)) {
      return Violation.of("subnets.network", "is no IPv4 address");
    }
    if (networkLength < 0 || networkLength > Ipv4.BITS) {
      return Violation.of(
          "subnets.network",
          "has a prefix of %d bits, 0 to 32 are allowed".formatted(networkLength));
    }
    if ((network & (Ipv4.LAST >> networkLength)) != 0) {
      return Violation.of(
          "subnets.network",
          "is %s/%d, and has bits behind its prefix".formatted(Ipv4.print(network), networkLength));
    }
    if (prefixLength < networkLength || prefixLength > Ipv4.BITS) {
      return Violation.of(
          "subnets.prefix_length",
          "is %d, %d to 32 are allowed".formatted(prefixLength, networkLength));
    }
    if (items() > Limits.RANGE_MAX_ITEMS) {
      return Violation.of("subnets.prefix_length", PoolRange.tooMany(items()));
    }
    return Optional.empty();
  }
}
