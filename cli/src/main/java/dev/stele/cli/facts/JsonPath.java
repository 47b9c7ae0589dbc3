// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.facts;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stele.cli.CliException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A place in a JSON document, so that whatever is wrong can be named.
 *
 * @param path for instance {@code then[0].put.body}; empty for the whole
 * @param name its last part
 */
record JsonPath(String path, String name, JsonNode node) {
  static JsonPath root(JsonNode node) {
    return new JsonPath("", "", node);
  }

  /** The failure that says what is wrong here. */
  CliException wrong(String message) {
    String place = path.isEmpty() ? "the document" : path;
    return CliException.badInput(place, place + ": " + message);
  }

  /** Refuses fields that nobody would read. */
  void only(Set<String> known) {
    if (!node.isObject()) {
      throw wrong("expected an object");
    }
    node.fieldNames()
        .forEachRemaining(
            field -> {
              if (!known.contains(field)) {
                throw at(field).wrong("unknown; expected " + listed(known));
              }
            });
  }

  Optional<JsonPath> optional(String field) {
    return node.has(field) ? Optional.of(at(field)) : Optional.empty();
  }

  JsonPath required(String field) {
    return optional(field).orElseThrow(() -> at(field).wrong("is missing"));
  }

  /** The one field of {@code choices} that is there; beside it only {@code others} may be. */
  JsonPath exactlyOne(Set<String> choices, Set<String> others) {
    Set<String> known = new TreeSet<>(choices);
    known.addAll(others);
    only(known);
    List<String> found = choices.stream().filter(node::has).sorted().toList();
    if (found.size() != 1) {
      throw wrong(
          "expected exactly one of " + listed(choices) + (found.isEmpty() ? "" : ", not " + found));
    }
    return at(found.get(0));
  }

  /** What the array of this name holds; nothing when there is none. */
  List<JsonPath> items(String field) {
    if (!node.has(field)) {
      return List.of();
    }
    JsonPath array = at(field);
    if (!array.node.isArray()) {
      throw array.wrong("expected an array");
    }
    List<JsonPath> items = new ArrayList<>();
    for (int i = 0; i < array.node.size(); i++) {
      String item = array.path + "[" + i + "]";
      items.add(new JsonPath(item, field, array.node.get(i)));
    }
    return items;
  }

  String text() {
    if (!node.isTextual()) {
      throw wrong("expected a string");
    }
    return node.textValue();
  }

  /** A whole number from 0. */
  long number() {
    if (!node.isIntegralNumber() || !node.canConvertToLong() || node.longValue() < 0) {
      throw wrong("expected a whole number, 0 or more");
    }
    return node.longValue();
  }

  boolean flag() {
    if (!node.isBoolean()) {
      throw wrong("expected true or false");
    }
    return node.booleanValue();
  }

  <E extends Enum<E>> E oneOf(Class<E> type) {
    String text = text();
    return Stream.of(type.getEnumConstants())
        .filter(constant -> constant.name().equals(text.toUpperCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(() -> wrong("expected one of " + List.of(type.getEnumConstants())));
  }

  private JsonPath at(String field) {
    JsonNode child = node.path(field);
    return new JsonPath(path.isEmpty() ? field : path + "." + field, field, child);
  }

  private static String listed(Set<String> names) {
    return String.join(", ", new TreeSet<>(names));
  }
}
