// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.admission;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.stele.server.core.model.Bytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Reads JSON strictly (RFC 8259), because what is stored must mean the same to every reader: UTF-8,
 * one value, no name twice in an object.
 */
final class JsonText {
  /** Objects and arrays inside each other. */
  static final int MAX_DEPTH = 64;

  /** Digits of a number. */
  static final int MAX_NUMBER_CHARS = 400;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxNumberLength(MAX_NUMBER_CHARS)
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .build();

  private static final JsonMapper MAPPER =
      JsonMapper.builder(FACTORY).enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private JsonText() {}

  /** Makes sure that {@code body} is one JSON value. */
  static void check(Bytes body) throws BadJsonException {
    try (JsonParser parser = FACTORY.createParser(utf8(body))) {
      if (parser.nextToken() == null) {
        throw new BadJsonException("is empty, not a JSON value");
      }
      parser.skipChildren();
      if (parser.nextToken() != null) {
        throw new BadJsonException("goes on behind its JSON value");
      }
    } catch (JsonProcessingException e) {
      throw noJson(e);
    } catch (IOException e) {
      throw new UncheckedIOException("a text in memory can't be read", e);
    }
  }

  /** The value that {@code body} is. */
  static JsonNode read(Bytes body) throws BadJsonException {
    return read(utf8(body));
  }

  /** The value that {@code text} is. */
  static JsonNode read(String text) throws BadJsonException {
    try {
      JsonNode value = MAPPER.readTree(text);
      if (value.isMissingNode()) {
        throw new BadJsonException("is empty, not a JSON value");
      }
      return value;
    } catch (JsonProcessingException e) {
      throw noJson(e);
    }
  }

  private static BadJsonException noJson(JsonProcessingException e) {
    String place =
        e.getLocation() == null
            ? ""
            : " in line %d, column %d"
                .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
    return new BadJsonException("is no JSON" + place + ": " + e.getOriginalMessage());
  }

  /** Jackson would guess at UTF-16 and UTF-32 as well, and pass over what is no text. */
  private static String utf8(Bytes body) throws BadJsonException {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(body.unsafeArray()))
          .toString();
    } catch (CharacterCodingException e) {
      throw new BadJsonException("is not UTF-8");
    }
  }
}
