// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.entry;

import com.google.protobuf.CodedOutputStream;
import dev.stele.server.core.command.AcquireLease;
import dev.stele.server.core.command.CheckpointLease;
import dev.stele.server.core.command.Command;
import dev.stele.server.core.command.Compact;
import dev.stele.server.core.command.Compare;
import dev.stele.server.core.command.Delete;
import dev.stele.server.core.command.DeregisterMember;
import dev.stele.server.core.command.DrainClaim;
import dev.stele.server.core.command.EndDrain;
import dev.stele.server.core.command.ExpireLease;
import dev.stele.server.core.command.ExpireSessions;
import dev.stele.server.core.command.FormCluster;
import dev.stele.server.core.command.HandOverLease;
import dev.stele.server.core.command.NextClaim;
import dev.stele.server.core.command.Once;
import dev.stele.server.core.command.Operation;
import dev.stele.server.core.command.Put;
import dev.stele.server.core.command.RegisterMember;
import dev.stele.server.core.command.ReleaseClaim;
import dev.stele.server.core.command.ReleaseLease;
import dev.stele.server.core.command.TakeOverClaim;
import dev.stele.server.core.command.Txn;
import dev.stele.server.core.command.UpdateMember;
import dev.stele.server.core.kind.KindPolicy;
import dev.stele.server.core.kind.KindPolicyCodec;
import dev.stele.server.core.kind.MemberCodec;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.KeyRange;
import dev.stele.server.core.model.LeaseRef;
import dev.stele.server.core.session.SessionId;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * An upper bound of a command's encoded size, without encoding it: every number counts as its
 * longest form.
 */
final class CommandSize {
  /** A tag and the longest length of anything that fits into an entry. */
  private static final int DELIMITED = 1 + 4;

  /** A tag and the longest number. */
  private static final int NUMBER = 1 + 10;

  /** Format, and a stamp of three numbers. */
  static final int ENTRY_OVERHEAD = NUMBER + DELIMITED + 3 * NUMBER;

  /** The command in its entry, its version, and the kind of command in it. */
  private static final int COMMAND = DELIMITED + NUMBER + DELIMITED;

  /** The tag of a session: an id and three numbers. */
  private static final int SESSION_TAG = DELIMITED + 2 * (1 + Long.BYTES) + 3 * NUMBER;

  private CommandSize() {}

  static int atMost(Command command) {
    if (command instanceof Once once) {
      return SESSION_TAG + atMost(once.write());
    }
    if (command instanceof Put put) {
      return COMMAND
          + field(put.key().bytes())
          + field(put.body())
          + NUMBER
          + put.lease().map(CommandSize::field).orElse(0)
          + fields(put.guards());
    }
    if (command instanceof Delete delete) {
      return COMMAND + field(delete.range()) + NUMBER + fields(delete.guards());
    }
    if (command instanceof Txn txn) {
      return COMMAND + txn(txn);
    }
    if (command instanceof ExpireSessions expire) {
      return COMMAND + expire.ids().size() * (DELIMITED + SessionId.BYTES);
    }
    if (command instanceof Compact) {
      return COMMAND + NUMBER;
    }
    if (command instanceof AcquireLease acquire) {
      return COMMAND
          + field(acquire.name())
          + field(acquire.holder())
          + NUMBER
          + field(acquire.metadata());
    }
    if (command instanceof ReleaseLease release) {
      return COMMAND + field(release.lease());
    }
    if (command instanceof HandOverLease handOver) {
      return COMMAND + field(handOver.lease()) + field(handOver.to());
    }
    if (command instanceof ExpireLease expire) {
      return COMMAND + NUMBER + field(expire.lease());
    }
    if (command instanceof CheckpointLease checkpoint) {
      return COMMAND + 2 * NUMBER + field(checkpoint.lease());
    }
    if (command instanceof RegisterMember register) {
      return COMMAND + register(register);
    }
    if (command instanceof UpdateMember update) {
      return COMMAND + update(update);
    }
    if (command instanceof DeregisterMember deregister) {
      return COMMAND + field(deregister.lease());
    }
    return command instanceof FormCluster form ? COMMAND + form(form) : COMMAND + claim(command);
  }

  private static int register(RegisterMember register) {
    int bytes = field(register.name()) + field(MemberCodec.encode(register.member())) + NUMBER;
    for (RegisterMember.Endpoint endpoint : register.endpoints()) {
      bytes += DELIMITED + field(endpoint.key().bytes()) + field(endpoint.body());
    }
    return bytes;
  }

  private static int update(UpdateMember update) {
    int bytes = field(update.lease()) + NUMBER + 2 * DELIMITED;
    for (String name : update.capacity().orElseGet(TreeMap::new).keySet()) {
      bytes += field(name) + NUMBER;
    }
    for (Map.Entry<String, String> label : update.labels().orElseGet(TreeMap::new).entrySet()) {
      bytes += field(label.getKey()) + field(label.getValue());
    }
    return bytes;
  }

  private static int claim(Command command) {
    if (command instanceof NextClaim next) {
      return field(next.pool()) + field(next.lease());
    }
    if (command instanceof TakeOverClaim takeOver) {
      return field(takeOver.key().bytes()) + NUMBER + field(takeOver.lease());
    }
    if (command instanceof DrainClaim drain) {
      return field(drain.key().bytes()) + 2 * NUMBER;
    }
    if (command instanceof ReleaseClaim release) {
      return field(release.key().bytes()) + 2 * NUMBER + field(release.lease());
    }
    EndDrain end = (EndDrain) command;
    return field(end.key().bytes()) + 2 * NUMBER;
  }

  private static int form(FormCluster form) {
    int bytes = field(form.identity().clusterId()) + 2 * NUMBER;
    for (Map.Entry<String, KindPolicy> kind : form.kinds().entrySet()) {
      bytes += DELIMITED + field(kind.getKey()) + field(KindPolicyCodec.encode(kind.getValue()));
    }
    return bytes;
  }

  private static int txn(Txn txn) {
    int bytes = fields(txn.guards());
    for (Compare compare : txn.compares()) {
      bytes += DELIMITED + field(compare.key().bytes()) + NUMBER;
      bytes += compare.target() instanceof Compare.Body body ? field(body.body()) : NUMBER;
    }
    for (Operation operation : txn.then()) {
      bytes += field(operation);
    }
    for (Operation operation : txn.orElse()) {
      bytes += field(operation);
    }
    return bytes;
  }

  private static int field(Operation operation) {
    if (operation instanceof Operation.PutFact put) {
      return 2 * DELIMITED
          + field(put.key().bytes())
          + field(put.body())
          + put.lease().map(CommandSize::field).orElse(0);
    }
    if (operation instanceof Operation.DeleteFacts delete) {
      return DELIMITED + field(delete.range());
    }
    if (operation instanceof Operation.GetFact get) {
      return DELIMITED + field(get.key().bytes());
    }
    return 2 * DELIMITED + field(((Operation.ListFacts) operation).range()) + 2 * NUMBER;
  }

  private static int field(KeyRange range) {
    return DELIMITED + field(range.from()) + range.to().map(CommandSize::field).orElse(0);
  }

  private static int fields(List<LeaseRef> leases) {
    int bytes = 0;
    for (LeaseRef lease : leases) {
      bytes += field(lease);
    }
    return bytes;
  }

  private static int field(LeaseRef lease) {
    return DELIMITED + field(lease.name()) + NUMBER;
  }

  private static int field(String text) {
    return 1 + CodedOutputStream.computeStringSizeNoTag(text);
  }

  private static int field(Bytes bytes) {
    return DELIMITED + bytes.length();
  }
}
