// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.command;

import dev.stele.server.core.kind.MemberRecord;
import dev.stele.server.core.model.LeaseRef;
import dev.stele.server.core.model.Stamp;
import dev.stele.server.core.view.View;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Writes what a member says of itself; FENCED unless {@code lease}, the one of the member, is held
 * with that token.
 */
public record UpdateMember(
    LeaseRef lease,
    Optional<MemberRecord.Health> health,
    Optional<SortedMap<String, Long>> capacity,
    Optional<SortedMap<String, String>> labels)
    implements Command {
  @Override
  public Outcome decide(View view, Stamp stamp) {
    throw new UnsupportedOperationException("to be built");
  }

  @Override
  public long sizeBytes() {
    throw new UnsupportedOperationException("to be built");
  }

  /** At {@code revision}. */
  public record Updated(long revision) implements Result {}
}
