// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.command;

import dev.stele.server.core.model.Reason;
import dev.stele.server.core.model.Stamp;
import dev.stele.server.core.model.StoreMeta;
import dev.stele.server.core.view.View;

/**
 * Gives up what can be read of the revisions before {@code revision}: the floor rises, and nothing
 * else changes. Each replica reclaims what lies below it at its own leisure.
 *
 * @param revision the oldest that stays readable, from 1 to the store's own; the floor never goes
 *     back, so one at it or below changes nothing
 */
public record Compact(long revision) implements Command {
  private static final String REVISION = "revision";

  @Override
  public Outcome decide(View view, Stamp stamp) {
    StoreMeta meta = view.meta();
    if (revision < 1 || revision > meta.revision()) {
      String message =
          "revision is %d, the store stands at %d: compact a revision from 1 to that"
              .formatted(revision, meta.revision());
      return Outcome.refused(Refusal.of(Reason.INVALID_FIELD, REVISION, message), meta);
    }
    long floor = Math.max(meta.floor(), revision);
    return Outcome.unchanged(new Compacted(floor), meta.withFloor(floor));
  }

  @Override
  public long sizeBytes() {
    return Long.BYTES;
  }

  /**
   * History begins at {@code floor} from here on.
   *
   * @param floor the oldest revision that can be read
   */
  public record Compacted(long floor) implements Result {}
}
