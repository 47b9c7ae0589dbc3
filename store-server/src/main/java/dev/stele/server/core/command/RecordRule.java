// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.command;

import dev.stele.server.core.encoding.MalformedException;
import dev.stele.server.core.kind.ClaimCodec;
import dev.stele.server.core.kind.MemberCodec;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.KindNames;
import dev.stele.server.core.model.Reason;
import java.util.Optional;

/**
 * Members and claims must be what the core understands: the end of a lease has to change them, and
 * can't be refused then.
 */
final class RecordRule {
  private RecordRule() {}

  static Optional<Refusal> putRefusal(Key key, Bytes body, String field) {
    try {
      switch (key.kind()) {
        case KindNames.MEMBER -> MemberCodec.decode(body);
        case KindNames.CLAIM -> ClaimCodec.decode(body);
        default -> {
          return Optional.empty();
        }
      }
      return Optional.empty();
    } catch (MalformedException e) {
      String name = field + "body";
      return Optional.of(
          Refusal.of(
              Reason.INVALID_FIELD,
              name,
              "%s is no %s: %s".formatted(name, key.kind(), e.getMessage())));
    }
  }
}
