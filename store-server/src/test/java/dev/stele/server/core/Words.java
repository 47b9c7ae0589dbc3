// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core;

import dev.stele.server.core.command.AcquireLease;
import dev.stele.server.core.command.CheckpointLease;
import dev.stele.server.core.command.ClaimChanged;
import dev.stele.server.core.command.ClaimOwned;
import dev.stele.server.core.command.Compact;
import dev.stele.server.core.command.Delete;
import dev.stele.server.core.command.ExpireSessions;
import dev.stele.server.core.command.FormCluster;
import dev.stele.server.core.command.HandOverLease;
import dev.stele.server.core.command.LeaseEnded;
import dev.stele.server.core.command.Once;
import dev.stele.server.core.command.Operation;
import dev.stele.server.core.command.Put;
import dev.stele.server.core.command.Refusal;
import dev.stele.server.core.command.RegisterMember;
import dev.stele.server.core.command.Result;
import dev.stele.server.core.command.Txn;
import dev.stele.server.core.command.UpdateMember;
import dev.stele.server.core.model.Fact;

/** Results of the core in the words of {@link ModelStore}. */
final class Words {
  private Words() {}

  static String of(Result result) {
    if (result instanceof Refusal refusal) {
      return "refused " + refusal.reason();
    }
    if (result instanceof FormCluster.Formed formed) {
      return "formed " + formed.identity().clusterId() + "/" + formed.identity().epoch();
    }
    if (result instanceof Put.Written written) {
      return "written %d %d %d"
          .formatted(written.revision(), written.createRevision(), written.version());
    }
    if (result instanceof Delete.Deleted deleted) {
      return "deleted " + deleted.revision() + " " + deleted.count();
    }
    if (result instanceof Once.Answered answered) {
      return (answered.duplicate() ? "again " : "once ") + of(answered.result());
    }
    if (result instanceof ExpireSessions.Expired expired) {
      return "expired " + expired.count();
    }
    if (result instanceof Compact.Compacted compacted) {
      return "compacted " + compacted.floor();
    }
    if (result instanceof AcquireLease.Acquired acquired) {
      return "acquired " + acquired.token();
    }
    if (result instanceof HandOverLease.HandedOver handedOver) {
      return "handed over " + handedOver.token();
    }
    if (result instanceof LeaseEnded ended) {
      return "ended " + ended.revision();
    }
    if (result instanceof RegisterMember.Registered registered) {
      return "registered %d %d".formatted(registered.token(), registered.incarnation());
    }
    if (result instanceof UpdateMember.Updated updated) {
      return "updated " + updated.revision();
    }
    if (result instanceof CheckpointLease.Checkpointed) {
      return "checkpointed";
    }
    if (result instanceof ClaimOwned owned) {
      return "owned %s %s %d %d"
          .formatted(owned.key(), owned.owner(), owned.epoch(), owned.revision());
    }
    if (result instanceof ClaimChanged changed) {
      return "changed " + changed.revision();
    }
    Txn.Ran ran = (Txn.Ran) result;
    StringBuilder words = new StringBuilder("ran " + ran.revision() + " " + ran.succeeded());
    ran.answers().forEach(answer -> words.append(' ').append(of(answer)));
    return words.toString();
  }

  private static String of(Operation.Answer answer) {
    if (answer instanceof Operation.DeleteDone deleted) {
      return "deleted:" + deleted.count();
    }
    if (answer instanceof Operation.Got got) {
      return "got:" + got.fact().map(Words::item).orElse(null);
    }
    if (answer instanceof Operation.Listed listed) {
      StringBuilder words = new StringBuilder("listed:");
      for (Fact fact : listed.page().facts()) {
        words.append(fact.key()).append('=').append(item(fact)).append(',');
      }
      return words.append(listed.page().more()).toString();
    }
    return "put";
  }

  static ModelStore.Item item(Fact fact) {
    return new ModelStore.Item(
        fact.body().toUtf8(),
        fact.createRevision(),
        fact.modRevision(),
        fact.version(),
        fact.lease().map(lease -> lease.name() + ":" + lease.token()).orElse(""));
  }
}
