// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.model;

import dev.stele.server.core.hash.Fingerprint;
import java.util.Optional;

/**
 * A key, its body, and where it stands.
 *
 * @param body opaque to the core
 * @param createRevision of the put that made it
 * @param modified its last put
 * @param version 1 after it was made, one more at each put since
 * @param lease what it is bound to
 */
public record Fact(
    Key key,
    Bytes body,
    long createRevision,
    Position modified,
    long version,
    Optional<LeaseRef> lease)
    implements Row {
  private static final int HASH_TYPE = 1;

  public long modRevision() {
    return modified.revision();
  }

  /** What it counts against the store's limit: key and body. */
  public long sizeBytes() {
    return (long) key.bytes().length() + body.length();
  }

  /** What it adds to the state's hash. */
  public long hash() {
    Fingerprint print =
        Fingerprint.of(HASH_TYPE)
            .add(key.bytes().unsafeArray())
            .add(body.unsafeArray())
            .add(createRevision)
            .add(modified.revision())
            .add(modified.index())
            .add(version)
            .add(lease.isPresent());
    if (lease.isPresent()) {
      lease.get().addTo(print);
    }
    return print.value();
  }

  /**
   * Its lease token in the sense of a compare: its own for a lease, that of the lease it is bound
   * to otherwise, or 0.
   */
  public long leaseToken() {
    if (key.kind().equals(KindNames.LEASE)) {
      return modRevision();
    }
    return lease.map(LeaseRef::token).orElse(0L);
  }
}
