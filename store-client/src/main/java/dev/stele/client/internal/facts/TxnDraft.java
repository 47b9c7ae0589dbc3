// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.facts;

import dev.stele.client.Compare;
import dev.stele.client.LeaseHandle;
import dev.stele.client.LeaseRef;
import dev.stele.client.Operation;
import dev.stele.client.Selector;
import dev.stele.client.Txn;
import dev.stele.client.TxnResult;
import dev.stele.client.internal.call.Caller;
import dev.stele.client.internal.call.Method;
import dev.stele.client.internal.call.Outgoing;
import dev.stele.client.internal.link.Route;
import dev.stele.proto.v1.TxnRequest;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A transaction while it is put together. */
final class TxnDraft implements Txn {
  private final Caller caller;
  private final TxnRequest.Builder draft = TxnRequest.newBuilder();
  private Guards guards;

  TxnDraft(Caller caller, Guards guards) {
    this.caller = caller;
    this.guards = guards;
  }

  @Override
  public Txn when(Compare... compares) {
    for (Compare compare : compares) {
      draft.addCompares(message(compare));
    }
    return this;
  }

  @Override
  public Txn then(Operation... operations) {
    for (Operation operation : operations) {
      draft.addThen(message(operation));
    }
    return this;
  }

  @Override
  public Txn orElse(Operation... operations) {
    for (Operation operation : operations) {
      draft.addElse(message(operation));
    }
    return this;
  }

  @Override
  public Txn guardedBy(List<LeaseRef> more) {
    guards = guards.and(more);
    return this;
  }

  @Override
  public Txn guardedBy(LeaseHandle lease) {
    guards = guards.and(lease);
    return this;
  }

  @Override
  public CompletableFuture<TxnResult> commit() {
    TxnRequest.Builder guarded = draft.clone();
    guards.refs().forEach(guard -> guarded.addGuards(Requests.lease(guard)));
    TxnRequest body = guarded.build();
    boolean writes = writes(body.getThenList()) || writes(body.getElseList());
    return guards.call(
        caller,
        new Outgoing<>(
            writes ? Method.TXN : Method.READ_TXN,
            Route.LEADER,
            false,
            header -> body.toBuilder().setHeader(header).build(),
            Answers::txn));
  }

  private static boolean writes(List<dev.stele.proto.v1.Operation> branch) {
    return branch.stream().anyMatch(step -> step.hasPut() || step.hasDelete());
  }

  private static dev.stele.proto.v1.Compare message(Compare compare) {
    dev.stele.proto.v1.Compare.Builder message =
        dev.stele.proto.v1.Compare.newBuilder()
            .setKey(Requests.bytes(compare.key()))
            .setRelation(dev.stele.proto.v1.Compare.Relation.valueOf(compare.relation().name()));
    Compare.Target target = compare.target();
    if (target instanceof Compare.Exists exists) {
      message.setExists(exists.exists());
    } else if (target instanceof Compare.CreateRevision create) {
      message.setCreateRevision(create.revision());
    } else if (target instanceof Compare.ModRevision mod) {
      message.setModRevision(mod.revision());
    } else if (target instanceof Compare.Version version) {
      message.setVersion(version.version());
    } else if (target instanceof Compare.LeaseToken lease) {
      message.setLeaseToken(lease.token());
    } else {
      message.setBody(Requests.bytes(((Compare.Body) target).bytes()));
    }
    return message.build();
  }

  private static dev.stele.proto.v1.Operation message(Operation operation) {
    dev.stele.proto.v1.Operation.Builder message = dev.stele.proto.v1.Operation.newBuilder();
    if (operation instanceof Operation.Put put) {
      dev.stele.proto.v1.Operation.Put.Builder builder =
          message
              .getPutBuilder()
              .setKey(Requests.bytes(put.key()))
              .setBody(Requests.bytes(put.body()));
      put.lease().ifPresent(lease -> builder.setLease(Requests.lease(lease)));
    } else if (operation instanceof Operation.Delete delete) {
      message.getDeleteBuilder().setKey(Requests.bytes(delete.key()));
    } else if (operation instanceof Operation.DeleteAll all) {
      dev.stele.proto.v1.Operation.Delete.Builder builder = message.getDeleteBuilder();
      if (all.selector() instanceof Selector.Range range) {
        builder.setRange(Requests.range(range));
      } else {
        builder.setPrefix(Requests.prefix(all.selector()));
      }
    } else if (operation instanceof Operation.Get get) {
      message.getGetBuilder().setKey(Requests.bytes(get.key()));
    } else {
      message.setList(message((Operation.ListFacts) operation));
    }
    return message.build();
  }

  private static dev.stele.proto.v1.Operation.List message(Operation.ListFacts list) {
    dev.stele.proto.v1.Operation.List.Builder message =
        dev.stele.proto.v1.Operation.List.newBuilder()
            .setLimit(list.limit())
            .setKeysOnly(list.keysOnly());
    if (list.selector() instanceof Selector.Range range) {
      message.setRange(Requests.range(range));
    } else {
      message.setPrefix(Requests.prefix(list.selector()));
    }
    return message.build();
  }
}
