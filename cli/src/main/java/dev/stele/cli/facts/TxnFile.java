// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.facts;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.stele.cli.CliException;
import dev.stele.cli.body.BodyFormat;
import dev.stele.cli.body.BodyFormat.BadBodyException;
import dev.stele.cli.output.Json;
import dev.stele.client.Compare;
import dev.stele.client.Compare.Relation;
import dev.stele.client.FactKey;
import dev.stele.client.Keys;
import dev.stele.client.LeaseRef;
import dev.stele.client.Operation;
import dev.stele.client.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A transaction as it is written in a file.
 *
 * @param compares all must hold for {@code then} to run
 * @param then steps when they hold
 * @param orElse steps when one does not
 * @param guards leases that must be held
 */
record TxnFile(
    List<Compare> compares, List<Operation> then, List<Operation> orElse, List<LeaseRef> guards) {
  private static final Set<String> TARGETS =
      Set.of("exists", "createRevision", "modRevision", "version", "body", "leaseToken");

  /**
   * Reads one.
   *
   * @throws CliException that names the path of what is wrong, as in {@code then[0].put.body}
   */
  static TxnFile parse(String text) {
    JsonNode root;
    try {
      root = Json.read(text);
    } catch (JsonProcessingException notJson) {
      throw CliException.badInput("--file", Json.problem(notJson));
    }
    JsonPath document = JsonPath.root(root);
    document.only(Set.of("compares", "then", "else", "guards"));
    return new TxnFile(
        each(document.items("compares"), TxnFile::compare),
        each(document.items("then"), TxnFile::operation),
        each(document.items("else"), TxnFile::operation),
        each(document.items("guards"), TxnFile::lease));
  }

  private static <T> List<T> each(
      List<JsonPath> items, java.util.function.Function<JsonPath, T> read) {
    List<T> all = new ArrayList<>(items.size());
    items.forEach(item -> all.add(read.apply(item)));
    return all;
  }

  private static Compare compare(JsonPath compare) {
    FactKey<byte[]> key = Keys.raw(compare.required("key").text());
    Relation relation =
        compare.optional("relation").map(path -> path.oneOf(Relation.class)).orElse(Relation.EQUAL);
    JsonPath target = compare.exactlyOne(TARGETS, Set.of("key", "relation"));
    return switch (target.name()) {
      case "exists" -> exists(key, relation, target);
      case "createRevision" -> Compare.createRevision(key, relation, target.number());
      case "modRevision" -> Compare.modRevision(key, relation, target.number());
      case "version" -> Compare.version(key, relation, target.number());
      case "leaseToken" -> Compare.leaseToken(key, relation, target.number());
      default -> Compare.body(key, relation, body(key, target));
    };
  }

  private static Compare exists(FactKey<byte[]> key, Relation relation, JsonPath target) {
    if (relation == Relation.GREATER || relation == Relation.LESS) {
      throw target.wrong("goes with EQUAL and NOT_EQUAL only");
    }
    return new Compare(key, relation, new Compare.Exists(target.flag()));
  }

  private static Operation operation(JsonPath step) {
    JsonPath operation = step.exactlyOne(Set.of("put", "delete", "get", "list"), Set.of());
    return switch (operation.name()) {
      case "put" -> put(operation);
      case "delete" -> delete(operation);
      case "get" -> {
        operation.only(Set.of("key"));
        yield Operation.get(Keys.raw(operation.required("key").text()));
      }
      default -> list(operation);
    };
  }

  private static Operation put(JsonPath put) {
    put.only(Set.of("key", "body", "lease"));
    FactKey<byte[]> key = Keys.raw(put.required("key").text());
    byte[] body = body(key, put.required("body"));
    return put.optional("lease")
        .map(lease -> Operation.put(key, body, lease(lease)))
        .orElseGet(() -> Operation.put(key, body));
  }

  private static Operation delete(JsonPath delete) {
    JsonPath target = delete.exactlyOne(Set.of("key", "prefix"), Set.of());
    return target.name().equals("key")
        ? Operation.delete(Keys.raw(target.text()))
        : Operation.deleteAll(Selector.prefix(target.text()));
  }

  private static Operation list(JsonPath list) {
    list.only(Set.of("prefix", "limit", "keysOnly"));
    long limit = list.optional("limit").map(JsonPath::number).orElse(0L);
    if (limit > Integer.MAX_VALUE) {
      throw list.required("limit").wrong("is larger than any page");
    }
    boolean keysOnly = list.optional("keysOnly").map(JsonPath::flag).orElse(false);
    Selector selector = Selector.prefix(list.required("prefix").text());
    return Operation.list(selector, (int) limit, keysOnly);
  }

  private static LeaseRef lease(JsonPath lease) {
    lease.only(Set.of("name", "token"));
    return new LeaseRef(lease.required("name").text(), lease.required("token").number());
  }

  private static byte[] body(FactKey<byte[]> key, JsonPath body) {
    try {
      return BodyFormat.encode(BodyFormat.kindOf(key.text()), Json.write(body.node()));
    } catch (BadBodyException bad) {
      throw body.wrong(String.valueOf(bad.getMessage()));
    }
  }
}
