// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.body;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;

/** Makes numbers of the 64-bit numbers that Protobuf's JSON writes as strings. */
final class WideNumbers {
  private WideNumbers() {}

  /** Changes the message's JSON in place. */
  static void unquote(Descriptor type, JsonNode message) {
    for (FieldDescriptor field : type.getFields()) {
      JsonNode value = message.get(field.getJsonName());
      if (value != null) {
        ((ObjectNode) message).set(field.getJsonName(), unquoted(field, value));
      }
    }
  }

  private static JsonNode unquoted(FieldDescriptor field, JsonNode value) {
    if (field.isMapField()) {
      FieldDescriptor valueField = field.getMessageType().findFieldByName("value");
      for (Map.Entry<String, JsonNode> entry : List.copyOf(value.properties())) {
        ((ObjectNode) value).set(entry.getKey(), unquoted(valueField, entry.getValue()));
      }
    } else if (value instanceof ArrayNode items) {
      for (int i = 0; i < items.size(); i++) {
        items.set(i, unquoted(field, items.get(i)));
      }
    } else if (field.getJavaType() == JavaType.MESSAGE) {
      unquote(field.getMessageType(), value);
    } else if (field.getJavaType() == JavaType.LONG) {
      BigInteger number = new BigInteger(value.asText());
      return number.bitLength() < Long.SIZE
          ? LongNode.valueOf(number.longValue())
          : BigIntegerNode.valueOf(number);
    }
    return value;
  }
}
