// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.apply;

import dev.stele.server.core.model.Change;
import dev.stele.server.core.model.StoreMeta;
import dev.stele.server.core.session.SessionChange;
import java.util.List;

/**
 * What one log entry does to the state.
 *
 * @param meta after the entry
 * @param changes of all its commands, in the order of their positions; may be empty
 * @param sessions what became of client sessions, one row each
 */
public record Effects(StoreMeta meta, List<Change> changes, List<SessionChange> sessions) {
  /** Nothing but {@code meta}, which may be what it was. */
  public static Effects none(StoreMeta meta) {
    return new Effects(meta, List.of(), List.of());
  }
}
