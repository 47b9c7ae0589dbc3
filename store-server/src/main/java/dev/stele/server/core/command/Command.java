// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.command;

import dev.stele.server.core.model.Stamp;
import dev.stele.server.core.view.View;

/**
 * Something to decide: data and rule in one file for each kind of command.
 *
 * <p>Every replica runs every rule, so a rule is a pure function. A changed rule is a new command
 * version beside the old one, never an edit of it: entries of the old version stay in logs.
 */
public sealed interface Command
    permits FormCluster,
        Put,
        Delete,
        Txn,
        Once,
        ExpireSessions,
        Compact,
        AcquireLease,
        ReleaseLease,
        HandOverLease,
        ExpireLease,
        CheckpointLease,
        RegisterMember,
        UpdateMember,
        DeregisterMember,
        NextClaim,
        TakeOverClaim,
        DrainClaim,
        ReleaseClaim,
        EndDrain {
  /**
   * Decides this command on {@code view}. Never throws for business reasons: a refusal is an
   * outcome.
   */
  Outcome decide(View view, Stamp stamp);

  /** Bytes of keys and bodies that it carries, for queues and entries that are bounded by bytes. */
  long sizeBytes();
}
