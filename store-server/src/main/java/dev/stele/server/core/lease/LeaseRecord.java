// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.lease;

import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.KindNames;
import dev.stele.server.core.model.Limits;
import java.util.Optional;

/**
 * What the fact of a lease says: its body, which the core understands.
 *
 * @param holder who has it, 1 to {@link Limits#LEASE_HOLDER_MAX_BYTES} bytes
 * @param ttlMillis how long it lives without a renewal, {@link Limits#LEASE_MIN_TTL_MILLIS} to
 *     {@link Limits#LEASE_MAX_TTL_MILLIS}
 * @param metadata the holder's own words, at most {@link Limits#LEASE_METADATA_MAX_BYTES} bytes
 */
public record LeaseRecord(String holder, long ttlMillis, Bytes metadata) {
  /** The same under another holder. */
  public LeaseRecord heldBy(String next) {
    return new LeaseRecord(next, ttlMillis, metadata);
  }

  /** What is wrong with it; empty when nothing is. */
  public Optional<Violation> violation() {
    Optional<String> holderless = holderViolation(holder);
    if (holderless.isPresent()) {
      return Optional.of(new Violation("holder", holderless.get()));
    }
    if (ttlMillis < Limits.LEASE_MIN_TTL_MILLIS || ttlMillis > Limits.LEASE_MAX_TTL_MILLIS) {
      return Optional.of(
          new Violation(
              "ttl_millis",
              "is %s, %d to %d are allowed"
                  .formatted(
                      Long.toUnsignedString(ttlMillis),
                      Limits.LEASE_MIN_TTL_MILLIS,
                      Limits.LEASE_MAX_TTL_MILLIS)));
    }
    if (metadata.length() > Limits.LEASE_METADATA_MAX_BYTES) {
      return Optional.of(
          new Violation(
              "metadata",
              "has %d bytes, at most %d are allowed"
                  .formatted(metadata.length(), Limits.LEASE_METADATA_MAX_BYTES)));
    }
    return Optional.empty();
  }

  /**
   * What is wrong with {@code holder} as the name of one, to be read behind the field's name; empty
   * when nothing is.
   */
  public static Optional<String> holderViolation(String holder) {
    int bytes = Bytes.utf8(holder).length();
    return bytes >= 1 && bytes <= Limits.LEASE_HOLDER_MAX_BYTES
        ? Optional.empty()
        : Optional.of(
            "has %d bytes, 1 to %d are allowed".formatted(bytes, Limits.LEASE_HOLDER_MAX_BYTES));
  }

  /**
   * What is wrong with {@code name} as the name of a lease, to be read behind the field's name;
   * empty when nothing is. Leases are named as any other fact is.
   */
  public static Optional<String> nameViolation(String name) {
    return Key.violation(Bytes.utf8(KindNames.LEASE + "/" + name));
  }

  /**
   * @param field of the request that would make the lease
   * @param message to be read behind the field's name
   */
  public record Violation(String field, String message) {}
}
