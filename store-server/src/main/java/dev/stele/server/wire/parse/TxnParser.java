// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.parse;

import static dev.stele.server.wire.parse.Fields.invalid;

import dev.stele.proto.v1.TxnRequest;
import dev.stele.server.core.command.Compare;
import dev.stele.server.core.command.Operation;
import dev.stele.server.core.command.Txn;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.KeyRange;
import dev.stele.server.core.model.Limits;
import dev.stele.server.core.model.Reason;
import dev.stele.server.wire.error.RefusedException;
import java.util.ArrayList;
import java.util.List;

/**
 * Transactions as commands. Both branches are checked, whichever will run; methods throw {@link
 * RefusedException}.
 */
public final class TxnParser {
  private long bytes;

  private TxnParser() {}

  public static Txn txn(TxnRequest request) {
    atMost(Limits.TXN_MAX_COMPARES, request.getComparesCount(), "compares");
    atMost(Limits.TXN_MAX_OPERATIONS, request.getThenCount(), "then");
    atMost(Limits.TXN_MAX_OPERATIONS, request.getElseCount(), "else");
    TxnParser parser = new TxnParser();
    return new Txn(
        parser.compares(request.getComparesList()),
        parser.branch(request.getThenList(), "then"),
        parser.branch(request.getElseList(), "else"),
        Fields.guards(request.getGuardsList()));
  }

  private static void atMost(int limit, int count, String field) {
    if (count > limit) {
      throw invalid(field, "holds " + count + ", at most " + limit + " are allowed");
    }
  }

  private void count(long more, String field) {
    bytes += more;
    if (bytes > Limits.TXN_MAX_BYTES) {
      throw new RefusedException(
          Reason.BODY_TOO_LARGE,
          field,
          "the keys and bodies up to %s are more than %d bytes"
              .formatted(field, Limits.TXN_MAX_BYTES));
    }
  }

  private List<Compare> compares(List<dev.stele.proto.v1.Compare> messages) {
    List<Compare> compares = new ArrayList<>(messages.size());
    for (int i = 0; i < messages.size(); i++) {
      dev.stele.proto.v1.Compare message = messages.get(i);
      String field = "compares[" + i + "]";
      Compare compare = compare(message, field + ".");
      count(compare.key().bytes().length() + (long) message.getBody().size(), field);
      compares.add(compare);
    }
    return compares;
  }

  private static Compare compare(dev.stele.proto.v1.Compare message, String prefix) {
    Key key = Fields.key(message.getKey(), prefix + "key");
    Compare.Relation relation =
        switch (message.getRelation()) {
          case EQUAL -> Compare.Relation.EQUAL;
          case NOT_EQUAL -> Compare.Relation.NOT_EQUAL;
          case GREATER -> Compare.Relation.GREATER;
          case LESS -> Compare.Relation.LESS;
          case UNRECOGNIZED ->
              throw invalid(
                  prefix + "relation", "is " + message.getRelationValue() + ", which is not known");
        };
    return new Compare(key, relation, target(key, message, relation, prefix));
  }

  private static Compare.Target target(
      Key key, dev.stele.proto.v1.Compare message, Compare.Relation relation, String prefix) {
    return switch (message.getTargetCase()) {
      case EXISTS -> {
        if (relation != Compare.Relation.EQUAL && relation != Compare.Relation.NOT_EQUAL) {
          throw invalid(
              prefix + "relation", "is " + relation + "; exists goes with EQUAL and NOT_EQUAL");
        }
        yield new Compare.Exists(message.getExists());
      }
      case CREATE_REVISION ->
          new Compare.CreateRevision(
              Fields.revision(message.getCreateRevision(), prefix + "create_revision"));
      case MOD_REVISION ->
          new Compare.ModRevision(
              Fields.revision(message.getModRevision(), prefix + "mod_revision"));
      case VERSION ->
          new Compare.Version(Fields.revision(message.getVersion(), prefix + "version"));
      case BODY -> new Compare.Body(Bodies.compared(key, message.getBody(), prefix + "body"));
      case LEASE_TOKEN ->
          new Compare.LeaseToken(Fields.revision(message.getLeaseToken(), prefix + "lease_token"));
      case TARGET_NOT_SET -> throw invalid(prefix + "target", "is not set: nothing to compare");
    };
  }

  private List<Operation> branch(List<dev.stele.proto.v1.Operation> messages, String name) {
    List<Operation> operations = new ArrayList<>(messages.size());
    WrittenOnce written = new WrittenOnce();
    for (int i = 0; i < messages.size(); i++) {
      String field = name + "[" + i + "]";
      Operation operation = operation(messages.get(i), field, written);
      count(operation.sizeBytes(), field);
      operations.add(operation);
    }
    written.check();
    return operations;
  }

  private static Operation operation(
      dev.stele.proto.v1.Operation message, String field, WrittenOnce written) {
    return switch (message.getOperationCase()) {
      case PUT -> put(message.getPut(), field + ".put.", written);
      case DELETE -> delete(message.getDelete(), field + ".delete", written);
      case GET -> new Operation.GetFact(Fields.key(message.getGet().getKey(), field + ".get.key"));
      case LIST -> list(message.getList(), field + ".list");
      case OPERATION_NOT_SET ->
          throw invalid(field + ".operation", "is not set: put, delete, get or list");
    };
  }

  private static Operation put(
      dev.stele.proto.v1.Operation.Put message, String prefix, WrittenOnce written) {
    Key key = Fields.keyToWrite(message.getKey(), prefix + "key");
    written.add(KeyRange.single(key), prefix + "key");
    return new Operation.PutFact(
        key,
        Bodies.body(key, message.getBody(), prefix + "body"),
        Fields.lease(message.hasLease(), message.getLease(), prefix + "lease"));
  }

  private static Operation delete(
      dev.stele.proto.v1.Operation.Delete message, String field, WrittenOnce written) {
    KeyRange range =
        switch (message.getTargetCase()) {
          case KEY -> KeyRange.single(Fields.keyToWrite(message.getKey(), field + ".key"));
          case PREFIX -> Targets.prefixToDelete(message.getPrefix(), field + ".prefix");
          case RANGE -> Targets.rangeToDelete(message.getRange(), field + ".range");
          case TARGET_NOT_SET ->
              throw invalid(field + ".target", "is not set: key, prefix or range");
        };
    written.add(range, field + "." + FieldNames.of(message));
    return new Operation.DeleteFacts(range);
  }

  private static Operation list(dev.stele.proto.v1.Operation.List message, String field) {
    KeyRange range =
        switch (message.getTargetCase()) {
          case PREFIX -> Targets.prefixToRead(message.getPrefix(), field + ".prefix");
          case RANGE -> Targets.rangeToRead(message.getRange(), field + ".range");
          case TARGET_NOT_SET -> throw invalid(field + ".target", "is not set: prefix or range");
        };
    int limit = Fields.limit(message.getLimit(), field + ".limit");
    return new Operation.ListFacts(range, limit, message.getKeysOnly());
  }
}
