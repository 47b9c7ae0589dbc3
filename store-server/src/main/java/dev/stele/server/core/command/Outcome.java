// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.command;

import dev.stele.server.core.lease.LeaseChanges;
import dev.stele.server.core.model.Change;
import dev.stele.server.core.model.StoreMeta;
import dev.stele.server.core.session.SessionChange;
import java.util.List;

/**
 * What a command came to.
 *
 * @param result for the caller
 * @param changes all at one revision, in the order of their positions; empty when nothing changed
 * @param sessions what became of client sessions
 * @param leases what became of that which is kept beside the facts of leases
 * @param meta after the command
 */
public record Outcome(
    Result result,
    List<Change> changes,
    List<SessionChange> sessions,
    LeaseChanges leases,
    StoreMeta meta) {
  /** Nothing happened. */
  static Outcome refused(Refusal refusal, StoreMeta unchanged) {
    return unchanged(refusal, unchanged);
  }

  /** Nothing had to be done. */
  static Outcome unchanged(Result result, StoreMeta unchanged) {
    return new Outcome(result, List.of(), List.of(), LeaseChanges.NONE, unchanged);
  }
}
