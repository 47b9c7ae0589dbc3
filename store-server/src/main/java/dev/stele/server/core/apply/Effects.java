// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.apply;

import dev.stele.server.core.lease.LeaseChanges;
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
 * @param leases what became of that which is kept beside the facts of leases
 */
public record Effects(
    StoreMeta meta, List<Change> changes, List<SessionChange> sessions, LeaseChanges leases) {
  /** Nothing but {@code meta}, which may be what it was. */
  public static Effects none(StoreMeta meta) {
    return new Effects(meta, List.of(), List.of(), LeaseChanges.NONE);
  }
}
