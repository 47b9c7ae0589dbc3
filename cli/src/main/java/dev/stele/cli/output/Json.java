// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.output;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;

/** Reads and writes the JSON of the command line. Fields keep the order in which they were set. */
public final class Json {
  // A duplicated name or something behind the document is a mistake that must not pass silently.
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private Json() {}

  /** An object without fields. */
  public static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** A number of unsigned 64 bits. */
  public static JsonNode unsigned(long bits) {
    return bits < 0
        ? BigIntegerNode.valueOf(new BigInteger(Long.toUnsignedString(bits)))
        : LongNode.valueOf(bits);
  }

  /**
   * Reads one document.
   *
   * @throws JsonProcessingException when it is none, or more than one; {@link #problem} says it
   *     short
   */
  public static JsonNode read(String text) throws JsonProcessingException {
    return MAPPER.readTree(text);
  }

  /** One line, without a line end. */
  public static String write(JsonNode node) {
    return node.toString();
  }

  /** What is wrong and where, on one line. */
  public static String problem(JsonProcessingException problem) {
    var place = problem.getLocation();
    String where =
        place == null ? "" : " at line " + place.getLineNr() + ", column " + place.getColumnNr();
    return "not valid JSON" + where + ": " + problem.getOriginalMessage();
  }
}
