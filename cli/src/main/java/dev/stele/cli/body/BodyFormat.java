// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.body;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import dev.stele.cli.output.Json;
import dev.stele.proto.v1.Claim;
import dev.stele.proto.v1.ConfigDocument;
import dev.stele.proto.v1.DesiredState;
import dev.stele.proto.v1.Endpoint;
import dev.stele.proto.v1.Failover;
import dev.stele.proto.v1.KindPolicy;
import dev.stele.proto.v1.Kinds;
import dev.stele.proto.v1.LeaseHolding;
import dev.stele.proto.v1.Member;
import dev.stele.proto.v1.Pool;
import dev.stele.proto.v1.Rollout;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Bodies as people write and read them. A body of a built-in kind is its Protobuf message and is
 * shown as Protobuf's JSON, with 64-bit numbers as numbers. Of other kinds, a body that is JSON is
 * shown as it is, and any other as {@code {"base64": …}}.
 */
public final class BodyFormat {
  // The generated types, because only they write equal maps as equal bytes.
  private static final Map<String, Message> BUILT_IN =
      Stream.of(
              DesiredState.getDefaultInstance(),
              Member.getDefaultInstance(),
              Endpoint.getDefaultInstance(),
              Claim.getDefaultInstance(),
              Pool.getDefaultInstance(),
              Failover.getDefaultInstance(),
              Rollout.getDefaultInstance(),
              ConfigDocument.getDefaultInstance(),
              LeaseHolding.getDefaultInstance(),
              KindPolicy.getDefaultInstance())
          .collect(
              Collectors.toUnmodifiableMap(
                  type -> type.getDescriptorForType().getOptions().getExtension(Kinds.kind),
                  Function.identity()));

  private BodyFormat() {}

  /** The part of the key before its first {@code /}; the whole key when there is none. */
  public static String kindOf(String key) {
    int end = key.indexOf('/');
    return end < 0 ? key : key.substring(0, end);
  }

  /** Whether the bodies of {@code kind} are messages that are known here. */
  public static boolean isBuiltIn(String kind) {
    return BUILT_IN.containsKey(kind);
  }

  /** Names of the kinds whose bodies are checked here, sorted. */
  public static List<String> builtInKinds() {
    return BUILT_IN.keySet().stream().sorted().toList();
  }

  /**
   * The bytes to store for a body that was written as JSON.
   *
   * @throws BadBodyException when it is no JSON, or not of the kind's type
   */
  public static byte[] encode(String kind, String json) throws BadBodyException {
    Message type = BUILT_IN.get(kind);
    try {
      JsonNode read = Json.read(json);
      if (read.isMissingNode()) {
        throw new BadBodyException("the body is empty: expected JSON");
      }
      if (type == null) {
        return json.getBytes(StandardCharsets.UTF_8);
      }
      if (!read.isObject()) {
        throw new BadBodyException("the body of kind " + kind + " is a JSON object");
      }
      Message.Builder message = type.newBuilderForType();
      JsonFormat.parser().merge(json, message);
      return bytes(message.build());
    } catch (JsonProcessingException notJson) {
      throw new BadBodyException(Json.problem(notJson));
    } catch (InvalidProtocolBufferException wrongType) {
      throw new BadBodyException(
          "not a body of kind "
              + kind
              + ": "
              + wrongType.getMessage()
              + "; "
              + fields(type.getDescriptorForType()));
    }
  }

  /** A body of kind {@code desired} that asks for this many replicas. */
  public static byte[] replicas(int replicas) {
    return dev.stele.proto.v1.DesiredState.newBuilder().setReplicas(replicas).build().toByteArray();
  }

  /**
   * The body as JSON. Total: what can't be read as its kind's type is shown as {@code {"base64":
   * …}}.
   */
  public static JsonNode decode(String kind, byte[] body) {
    Message type = BUILT_IN.get(kind);
    Optional<JsonNode> shown = type == null ? asJson(body) : asMessage(type, body);
    return shown.orElseGet(() -> base64(body));
  }

  /** A body that is neither a message nor JSON: {@code {"base64": …}}. */
  public static JsonNode base64(byte[] body) {
    return Json.object().put("base64", Base64.getEncoder().encodeToString(body));
  }

  private static Optional<JsonNode> asMessage(Message type, byte[] body) {
    try {
      Message message = type.newBuilderForType().mergeFrom(body).build();
      JsonNode node =
          Json.read(JsonFormat.printer().omittingInsignificantWhitespace().print(message));
      WideNumbers.unquote(type.getDescriptorForType(), node);
      return Optional.of(node);
    } catch (InvalidProtocolBufferException | JsonProcessingException notOfThisType) {
      return Optional.empty();
    }
  }

  private static Optional<JsonNode> asJson(byte[] body) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
      JsonNode node = Json.read(text);
      return node.isMissingNode() ? Optional.empty() : Optional.of(node);
    } catch (CharacterCodingException | JsonProcessingException notJson) {
      return Optional.empty();
    }
  }

  private static byte[] bytes(Message message) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(message.getSerializedSize());
    try {
      CodedOutputStream out = CodedOutputStream.newInstance(bytes);
      // Bodies are compared byte by byte: equal maps must give equal bytes.
      out.useDeterministicSerialization();
      message.writeTo(out);
      out.flush();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }

  private static String fields(Descriptor type) {
    return type.getFields().stream()
        .map(field -> field.getJsonName())
        .collect(Collectors.joining(", ", "it has ", ""));
  }

  /** A body that can't be stored as it is written. The message is for people. */
  public static final class BadBodyException extends Exception {
    private static final long serialVersionUID = 1L;

    BadBodyException(String message) {
      super(message);
    }
  }
}
