// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.parse;

import com.google.protobuf.ByteString;
import dev.stele.server.core.lease.LeaseRecord;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.KindNames;
import dev.stele.server.core.model.LeaseRef;
import dev.stele.server.core.model.Limits;
import dev.stele.server.core.model.Reason;
import dev.stele.server.wire.error.RefusedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The checks that many requests share. Each is given the name of the field that it looks at, in the
 * notation of the proto, and throws {@link RefusedException} with it.
 */
final class Fields {
  private Fields() {}

  static RefusedException invalid(String field, String message) {
    return new RefusedException(Reason.INVALID_FIELD, field, field + " " + message);
  }

  static Bytes bytes(ByteString value) {
    return Bytes.wrap(WholeArray.of(value));
  }

  /** A key that may be written, if its kind is known: not a lease's. */
  static Key keyToWrite(ByteString value, String field) {
    Key key = key(value, field);
    refuseLeases(key.kind(), field);
    return key;
  }

  /** Leases are changed by their own commands. */
  static void refuseLeases(String kind, String field) {
    if (kind.equals(KindNames.LEASE)) {
      throw new RefusedException(
          Reason.UNKNOWN_KIND, field, field + " is of kind lease, which takes no puts and deletes");
    }
  }

  static Key key(ByteString value, String field) {
    // A key is short: what is longer is not even copied.
    if (value.size() > Limits.KEY_MAX_BYTES) {
      throw invalid(
          field,
          "has " + value.size() + " bytes, at most " + Limits.KEY_MAX_BYTES + " are allowed");
    }
    Bytes bytes = bytes(value);
    Optional<String> violation = Key.violation(bytes);
    if (violation.isPresent()) {
      throw invalid(field, violation.get());
    }
    return Key.trusted(bytes);
  }

  /** A revision, from 0. */
  static long revision(long value, String field) {
    if (value < 0) {
      throw invalid(field, "is " + Long.toUnsignedString(value) + ", at most 2^63-1 is allowed");
    }
    return value;
  }

  /** A revision or a token, from 1. */
  static long atLeastOne(long value, String field) {
    if (value == 0) {
      throw invalid(field, "is 0, at least 1 is needed");
    }
    return revision(value, field);
  }

  /** How many facts a page is to hold; 0 stands for as many as it can. */
  static int limit(int value, String field) {
    if (value < 0 || value > Limits.PAGE_MAX_FACTS) {
      throw invalid(
          field,
          "is "
              + Integer.toUnsignedString(value)
              + ", at most "
              + Limits.PAGE_MAX_FACTS
              + " is allowed");
    }
    return value == 0 ? Limits.PAGE_MAX_FACTS : value;
  }

  static LeaseRef lease(dev.stele.proto.v1.LeaseRef ref, String field) {
    leaseName(ref.getName(), field + ".name");
    return new LeaseRef(ref.getName(), atLeastOne(ref.getToken(), field + ".token"));
  }

  /** Refuses what is not the name of a lease, without its kind. */
  static void leaseName(String name, String field) {
    LeaseRecord.nameViolation(name)
        .ifPresent(
            violation -> {
              throw invalid(field, violation);
            });
  }

  /** A lease that must be named. */
  static LeaseRef heldLease(boolean present, dev.stele.proto.v1.LeaseRef ref, String field) {
    if (!present) {
      throw invalid(field, "is not set");
    }
    return lease(ref, field);
  }

  /** The key of a claim, {@code claim/<pool>/<item>}. */
  static Key claim(ByteString value, String field) {
    Key key = key(value, field);
    if (!key.kind().equals(KindNames.CLAIM) || key.name().indexOf('/') < 0) {
      throw invalid(field, "is not of the form claim/<pool>/<item>");
    }
    return key;
  }

  static Optional<LeaseRef> lease(boolean present, dev.stele.proto.v1.LeaseRef ref, String field) {
    return present ? Optional.of(lease(ref, field)) : Optional.empty();
  }

  static List<LeaseRef> guards(List<dev.stele.proto.v1.LeaseRef> refs) {
    if (refs.isEmpty()) {
      return List.of();
    }
    if (refs.size() > Limits.GUARDS_MAX) {
      throw invalid(
          "guards",
          "holds " + refs.size() + " leases, at most " + Limits.GUARDS_MAX + " are allowed");
    }
    List<LeaseRef> guards = new ArrayList<>(refs.size());
    for (int i = 0; i < refs.size(); i++) {
      guards.add(lease(refs.get(i), "guards[" + i + "]"));
    }
    return guards;
  }
}
