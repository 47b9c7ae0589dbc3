// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.entry;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.stele.proto.log.v1.Command;
import dev.stele.server.core.command.AcquireLease;
import dev.stele.server.core.command.CheckpointLease;
import dev.stele.server.core.command.Compact;
import dev.stele.server.core.command.Compare;
import dev.stele.server.core.command.Delete;
import dev.stele.server.core.command.Expect;
import dev.stele.server.core.command.ExpireLease;
import dev.stele.server.core.command.ExpireSessions;
import dev.stele.server.core.command.FormCluster;
import dev.stele.server.core.command.HandOverLease;
import dev.stele.server.core.command.Once;
import dev.stele.server.core.command.Operation;
import dev.stele.server.core.command.Put;
import dev.stele.server.core.command.ReleaseLease;
import dev.stele.server.core.command.Txn;
import dev.stele.server.core.kind.KindPolicyCodec;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.KeyRange;
import dev.stele.server.core.model.LeaseRef;
import dev.stele.server.core.session.SessionId;
import dev.stele.server.core.session.SessionTag;
import java.nio.ByteBuffer;

/** Commands of the core to messages of the log. */
final class CommandWriter {
  /** Of every command's rule, so far. */
  static final int VERSION = 1;

  private CommandWriter() {}

  static Command message(dev.stele.server.core.command.Command command) {
    Command.Builder message = Command.newBuilder().setVersion(VERSION);
    if (command instanceof Once once) {
      message.setSession(tag(once.tag()));
      write(once.write(), message);
    } else {
      write(command, message);
    }
    return message.build();
  }

  private static void write(
      dev.stele.server.core.command.Command command, Command.Builder message) {
    if (command instanceof Put put) {
      message.setPut(put(put));
    } else if (command instanceof Delete delete) {
      message.setDelete(delete(delete));
    } else if (command instanceof Txn txn) {
      message.setTxn(txn(txn));
    } else if (command instanceof ExpireSessions expire) {
      message.setExpireSessions(expire(expire));
    } else if (command instanceof Compact compact) {
      message.setCompact(
          dev.stele.proto.log.v1.Compact.newBuilder().setRevision(compact.revision()));
    } else if (command instanceof AcquireLease acquire) {
      message.setAcquireLease(LeaseCommands.message(acquire));
    } else if (command instanceof ReleaseLease release) {
      message.setReleaseLease(LeaseCommands.message(release));
    } else if (command instanceof HandOverLease handOver) {
      message.setHandOverLease(LeaseCommands.message(handOver));
    } else if (command instanceof ExpireLease expire) {
      message.setExpireLease(LeaseCommands.message(expire));
    } else if (command instanceof CheckpointLease checkpoint) {
      message.setCheckpointLease(LeaseCommands.message(checkpoint));
    } else if (!MemberCommands.write(command, message) && !ClaimCommands.write(command, message)) {
      message.setFormCluster(form((FormCluster) command));
    }
  }

  private static dev.stele.proto.log.v1.SessionTag tag(SessionTag tag) {
    return dev.stele.proto.log.v1.SessionTag.newBuilder()
        .setIdHigh(tag.id().high())
        .setIdLow(tag.id().low())
        .setSequence(tag.sequence())
        .setAcknowledgedBelow(tag.acknowledgedBelow())
        .setStoreTimeMillis(tag.storeTimeMillis())
        .build();
  }

  private static dev.stele.proto.log.v1.ExpireSessions expire(ExpireSessions expire) {
    dev.stele.proto.log.v1.ExpireSessions.Builder message =
        dev.stele.proto.log.v1.ExpireSessions.newBuilder();
    for (SessionId id : expire.ids()) {
      ByteBuffer bytes = ByteBuffer.allocate(SessionId.BYTES);
      bytes.putLong(id.high()).putLong(id.low()).flip();
      message.addIds(ByteString.copyFrom(bytes));
    }
    return message.build();
  }

  private static dev.stele.proto.log.v1.FormCluster form(FormCluster form) {
    dev.stele.proto.log.v1.FormCluster.Builder message =
        dev.stele.proto.log.v1.FormCluster.newBuilder()
            .setClusterId(form.identity().clusterId())
            .setEpoch(form.identity().epoch())
            .setFeatureLevel(form.featureLevel());
    form.kinds()
        .forEach(
            (kind, policy) ->
                message.addKinds(
                    dev.stele.proto.log.v1.FormCluster.KindSeed.newBuilder()
                        .setKind(kind)
                        .setPolicy(bytes(KindPolicyCodec.encode(policy)))));
    return message.build();
  }

  private static dev.stele.proto.log.v1.Put put(Put put) {
    dev.stele.proto.log.v1.Put.Builder message =
        dev.stele.proto.log.v1.Put.newBuilder()
            .setKey(bytes(put.key().bytes()))
            .setBody(bytes(put.body()));
    if (put.expect() instanceof Expect.AtRevision at) {
      message.setIfRevision(at.revision());
    } else if (put.expect() instanceof Expect.Absent) {
      message.setIfAbsent(true);
    }
    put.lease().ifPresent(lease -> message.setLease(lease(lease)));
    put.guards().forEach(guard -> message.addGuards(lease(guard)));
    return message.build();
  }

  private static dev.stele.proto.log.v1.Delete delete(Delete delete) {
    dev.stele.proto.log.v1.Delete.Builder message =
        dev.stele.proto.log.v1.Delete.newBuilder().setRange(range(delete.range()));
    delete.ifRevision().ifPresent(message::setIfRevision);
    delete.guards().forEach(guard -> message.addGuards(lease(guard)));
    return message.build();
  }

  private static dev.stele.proto.log.v1.Txn txn(Txn txn) {
    dev.stele.proto.log.v1.Txn.Builder message = dev.stele.proto.log.v1.Txn.newBuilder();
    txn.compares().forEach(compare -> message.addCompares(compare(compare)));
    txn.then().forEach(operation -> message.addThen(operation(operation)));
    txn.orElse().forEach(operation -> message.addElse(operation(operation)));
    txn.guards().forEach(guard -> message.addGuards(lease(guard)));
    return message.build();
  }

  private static dev.stele.proto.log.v1.Compare compare(Compare compare) {
    dev.stele.proto.log.v1.Compare.Builder message =
        dev.stele.proto.log.v1.Compare.newBuilder()
            .setKey(bytes(compare.key().bytes()))
            .setRelation(Relations.number(compare.relation()));
    Compare.Target target = compare.target();
    if (target instanceof Compare.Exists exists) {
      message.setExists(exists.exists());
    } else if (target instanceof Compare.CreateRevision create) {
      message.setCreateRevision(create.revision());
    } else if (target instanceof Compare.ModRevision mod) {
      message.setModRevision(mod.revision());
    } else if (target instanceof Compare.Version version) {
      message.setVersion(version.version());
    } else if (target instanceof Compare.Body body) {
      message.setBody(bytes(body.body()));
    } else {
      message.setLeaseToken(((Compare.LeaseToken) target).token());
    }
    return message.build();
  }

  private static dev.stele.proto.log.v1.Operation operation(Operation operation) {
    dev.stele.proto.log.v1.Operation.Builder message =
        dev.stele.proto.log.v1.Operation.newBuilder();
    if (operation instanceof Operation.PutFact put) {
      dev.stele.proto.log.v1.Operation.Put.Builder inner =
          dev.stele.proto.log.v1.Operation.Put.newBuilder()
              .setKey(bytes(put.key().bytes()))
              .setBody(bytes(put.body()));
      put.lease().ifPresent(lease -> inner.setLease(lease(lease)));
      message.setPut(inner);
    } else if (operation instanceof Operation.DeleteFacts delete) {
      message.setDelete(range(delete.range()));
    } else if (operation instanceof Operation.GetFact get) {
      message.setGet(bytes(get.key().bytes()));
    } else {
      Operation.ListFacts list = (Operation.ListFacts) operation;
      message.setList(
          dev.stele.proto.log.v1.Operation.List.newBuilder()
              .setRange(range(list.range()))
              .setLimit(list.limit())
              .setKeysOnly(list.keysOnly()));
    }
    return message.build();
  }

  private static dev.stele.proto.log.v1.KeyRange range(KeyRange range) {
    dev.stele.proto.log.v1.KeyRange.Builder message =
        dev.stele.proto.log.v1.KeyRange.newBuilder().setFrom(bytes(range.from()));
    range.to().ifPresent(to -> message.setTo(bytes(to)));
    return message.build();
  }

  static dev.stele.proto.log.v1.LeaseRef lease(LeaseRef lease) {
    return dev.stele.proto.log.v1.LeaseRef.newBuilder()
        .setName(lease.name())
        .setToken(lease.token())
        .build();
  }

  /** No copy: nobody writes to {@link Bytes}. */
  static ByteString bytes(Bytes bytes) {
    return UnsafeByteOperations.unsafeWrap(bytes.unsafeArray());
  }
}
