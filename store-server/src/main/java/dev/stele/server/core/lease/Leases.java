// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.lease;

import dev.stele.server.core.encoding.MalformedException;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.KeyRange;
import dev.stele.server.core.model.KindNames;

/** The facts of leases. */
public final class Leases {
  /** The keys of all leases. */
  public static final KeyRange ALL = KeyRange.prefix(Bytes.utf8(KindNames.LEASE + "/"));

  private Leases() {}

  /** The key of the lease {@code name}. */
  public static Key key(String name) {
    return Key.trusted(Bytes.utf8(KindNames.LEASE + "/" + name));
  }

  /** What {@code lease}, the fact of one, says. */
  public static LeaseRecord record(Fact lease) {
    try {
      return LeaseRecordCodec.decode(lease.body());
    } catch (MalformedException e) {
      throw new IllegalStateException("the lease " + lease.key() + " can't be read", e);
    }
  }
}
