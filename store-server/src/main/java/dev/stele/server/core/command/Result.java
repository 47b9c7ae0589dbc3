// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.command;

/** What the caller of a command is told. */
public sealed interface Result
    permits Refusal,
        FormCluster.Formed,
        Put.Written,
        Delete.Deleted,
        Txn.Ran,
        Once.Answered,
        AcquireLease.Acquired,
        HandOverLease.HandedOver,
        CheckpointLease.Checkpointed,
        LeaseEnded,
        RegisterMember.Registered,
        UpdateMember.Updated,
        ClaimOwned,
        ClaimChanged,
        ExpireSessions.Expired,
        Compact.Compacted {}
