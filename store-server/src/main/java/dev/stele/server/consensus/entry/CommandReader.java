// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.entry;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.stele.proto.log.v1.Command;
import dev.stele.server.core.command.Compact;
import dev.stele.server.core.command.Compare;
import dev.stele.server.core.command.Delete;
import dev.stele.server.core.command.Expect;
import dev.stele.server.core.command.ExpireSessions;
import dev.stele.server.core.command.FormCluster;
import dev.stele.server.core.command.Once;
import dev.stele.server.core.command.Operation;
import dev.stele.server.core.command.Put;
import dev.stele.server.core.command.Txn;
import dev.stele.server.core.encoding.MalformedException;
import dev.stele.server.core.kind.KindPolicy;
import dev.stele.server.core.kind.KindPolicyCodec;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.ClusterIdentity;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.KeyRange;
import dev.stele.server.core.model.LeaseRef;
import dev.stele.server.core.session.SessionId;
import dev.stele.server.core.session.SessionTag;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Messages of the log to commands of the core.
 *
 * <p>A field that this release does not know may change what its command means, so it is as good as
 * an unknown command: passing over it would let two replicas come to different states.
 */
final class CommandReader {
  private CommandReader() {}

  static dev.stele.server.core.command.Command command(Command message) {
    known(message, "a command, or a field of one");
    if (message.getVersion() != CommandWriter.VERSION) {
      if (message.getVersion() == 0) {
        throw new CorruptEntryException("a command has no version");
      }
      throw new NewerEntryException(
          "version " + message.getVersion() + " of " + message.getCommandCase());
    }
    dev.stele.server.core.command.Command command = bare(message);
    return message.hasSession() ? once(message.getSession(), command) : command;
  }

  private static dev.stele.server.core.command.Command bare(Command message) {
    return switch (message.getCommandCase()) {
      case FORM_CLUSTER -> formCluster(message.getFormCluster());
      case PUT -> put(message.getPut());
      case DELETE -> delete(message.getDelete());
      case TXN -> txn(message.getTxn());
      case EXPIRE_SESSIONS -> expireSessions(message.getExpireSessions());
      case COMPACT -> compact(message.getCompact());
      case ACQUIRE_LEASE -> LeaseCommands.acquire(message.getAcquireLease());
      case RELEASE_LEASE -> LeaseCommands.release(message.getReleaseLease());
      case HAND_OVER_LEASE -> LeaseCommands.handOver(message.getHandOverLease());
      case EXPIRE_LEASE -> LeaseCommands.expire(message.getExpireLease());
      case CHECKPOINT_LEASE -> LeaseCommands.checkpoint(message.getCheckpointLease());
      case REGISTER_MEMBER -> MemberCommands.register(message.getRegisterMember());
      case UPDATE_MEMBER -> MemberCommands.update(message.getUpdateMember());
      case DEREGISTER_MEMBER -> MemberCommands.deregister(message.getDeregisterMember());
      case NEXT_CLAIM -> ClaimCommands.next(message.getNextClaim());
      case TAKE_OVER_CLAIM -> ClaimCommands.takeOver(message.getTakeOverClaim());
      case DRAIN_CLAIM -> ClaimCommands.drain(message.getDrainClaim());
      case RELEASE_CLAIM -> ClaimCommands.release(message.getReleaseClaim());
      case END_DRAIN -> ClaimCommands.endDrain(message.getEndDrain());
      case COMMAND_NOT_SET -> throw new CorruptEntryException("a command is empty");
    };
  }

  private static Once once(
      dev.stele.proto.log.v1.SessionTag message, dev.stele.server.core.command.Command write) {
    known(message, "a field of a session's tag");
    SessionTag tag =
        new SessionTag(
            new SessionId(message.getIdHigh(), message.getIdLow()),
            message.getSequence(),
            message.getAcknowledgedBelow(),
            message.getStoreTimeMillis());
    try {
      return new Once(tag, write);
    } catch (IllegalArgumentException e) {
      throw new CorruptEntryException("a session's tag on what is no write", e);
    }
  }

  private static ExpireSessions expireSessions(dev.stele.proto.log.v1.ExpireSessions message) {
    known(message, "a field of expire_sessions");
    return new ExpireSessions(message.getIdsList().stream().map(CommandReader::sessionId).toList());
  }

  private static Compact compact(dev.stele.proto.log.v1.Compact message) {
    known(message, "a field of compact");
    return new Compact(message.getRevision());
  }

  private static SessionId sessionId(ByteString id) {
    if (id.size() != SessionId.BYTES) {
      throw new CorruptEntryException("a session's id has " + id.size() + " bytes");
    }
    ByteBuffer bytes = id.asReadOnlyByteBuffer();
    return new SessionId(bytes.getLong(), bytes.getLong());
  }

  /** {@code message} itself, when it holds nothing that this release does not know. */
  static <M extends Message> M known(M message, String what) {
    if (!message.getUnknownFields().asMap().isEmpty()) {
      throw new NewerEntryException(what);
    }
    return message;
  }

  private static FormCluster formCluster(dev.stele.proto.log.v1.FormCluster message) {
    known(message, "a field of form_cluster");
    SortedMap<String, KindPolicy> kinds = new TreeMap<>();
    for (dev.stele.proto.log.v1.FormCluster.KindSeed seed : message.getKindsList()) {
      known(seed, "a field of a kind's policy");
      kinds.put(seed.getKind(), policy(seed.getPolicy()));
    }
    return new FormCluster(
        new ClusterIdentity(message.getClusterId(), message.getEpoch()),
        message.getFeatureLevel(),
        kinds);
  }

  private static KindPolicy policy(ByteString policy) {
    try {
      return KindPolicyCodec.decode(bytes(policy));
    } catch (MalformedException e) {
      throw new CorruptEntryException("a kind's policy: " + e.getMessage(), e);
    }
  }

  private static Put put(dev.stele.proto.log.v1.Put message) {
    known(message, "a field of put");
    return new Put(
        key(message.getKey()),
        bytes(message.getBody()),
        expect(message),
        message.hasLease() ? Optional.of(lease(message.getLease())) : Optional.empty(),
        leases(message.getGuardsList()));
  }

  private static Expect expect(dev.stele.proto.log.v1.Put message) {
    return switch (message.getExpectCase()) {
      case IF_REVISION -> new Expect.AtRevision(message.getIfRevision());
      case IF_ABSENT -> {
        if (!message.getIfAbsent()) {
          throw new CorruptEntryException("if_absent is false");
        }
        yield new Expect.Absent();
      }
      case EXPECT_NOT_SET -> Expect.ANYTHING;
    };
  }

  private static Delete delete(dev.stele.proto.log.v1.Delete message) {
    known(message, "a field of delete");
    return new Delete(
        range(message.getRange()),
        message.hasIfRevision() ? OptionalLong.of(message.getIfRevision()) : OptionalLong.empty(),
        leases(message.getGuardsList()));
  }

  private static Txn txn(dev.stele.proto.log.v1.Txn message) {
    known(message, "a field of txn");
    return new Txn(
        message.getComparesList().stream().map(CommandReader::compare).toList(),
        message.getThenList().stream().map(CommandReader::operation).toList(),
        message.getElseList().stream().map(CommandReader::operation).toList(),
        leases(message.getGuardsList()));
  }

  private static Compare compare(dev.stele.proto.log.v1.Compare message) {
    known(message, "a compare's target, or a field of a compare");
    Compare.Target target =
        switch (message.getTargetCase()) {
          case EXISTS -> new Compare.Exists(message.getExists());
          case CREATE_REVISION -> new Compare.CreateRevision(message.getCreateRevision());
          case MOD_REVISION -> new Compare.ModRevision(message.getModRevision());
          case VERSION -> new Compare.Version(message.getVersion());
          case BODY -> new Compare.Body(bytes(message.getBody()));
          case LEASE_TOKEN -> new Compare.LeaseToken(message.getLeaseToken());
          case TARGET_NOT_SET -> throw new CorruptEntryException("a compare has no target");
        };
    return new Compare(key(message.getKey()), Relations.of(message.getRelation()), target);
  }

  private static Operation operation(dev.stele.proto.log.v1.Operation message) {
    known(message, "an operation");
    return switch (message.getOperationCase()) {
      case PUT -> putFact(message.getPut());
      case DELETE -> new Operation.DeleteFacts(range(message.getDelete()));
      case GET -> new Operation.GetFact(key(message.getGet()));
      case LIST -> listFacts(message.getList());
      case OPERATION_NOT_SET -> throw new CorruptEntryException("an operation is empty");
    };
  }

  private static Operation putFact(dev.stele.proto.log.v1.Operation.Put message) {
    known(message, "a field of an operation's put");
    return new Operation.PutFact(
        key(message.getKey()),
        bytes(message.getBody()),
        message.hasLease() ? Optional.of(lease(message.getLease())) : Optional.empty());
  }

  private static Operation listFacts(dev.stele.proto.log.v1.Operation.List message) {
    known(message, "a field of an operation's list");
    return new Operation.ListFacts(
        range(message.getRange()), message.getLimit(), message.getKeysOnly());
  }

  private static KeyRange range(dev.stele.proto.log.v1.KeyRange message) {
    known(message, "a field of a range");
    return new KeyRange(
        bytes(message.getFrom()),
        message.hasTo() ? Optional.of(bytes(message.getTo())) : Optional.empty());
  }

  private static List<LeaseRef> leases(List<dev.stele.proto.log.v1.LeaseRef> messages) {
    return messages.isEmpty() ? List.of() : messages.stream().map(CommandReader::lease).toList();
  }

  static LeaseRef lease(dev.stele.proto.log.v1.LeaseRef message) {
    known(message, "a field of a lease");
    return new LeaseRef(message.getName(), message.getToken());
  }

  /** Checked when it was proposed. */
  static Key key(ByteString key) {
    return Key.trusted(bytes(key));
  }

  static Bytes bytes(ByteString bytes) {
    return Bytes.wrap(bytes.toByteArray());
  }
}
