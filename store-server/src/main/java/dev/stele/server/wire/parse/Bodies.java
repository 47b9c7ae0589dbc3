// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.parse;

import static dev.stele.server.wire.parse.Fields.invalid;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.stele.proto.v1.ConfigDocument;
import dev.stele.proto.v1.Endpoint;
import dev.stele.proto.v1.Failover;
import dev.stele.proto.v1.Rollout;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.Limits;
import dev.stele.server.core.model.Reason;
import dev.stele.server.wire.error.RefusedException;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Bodies as far as the request alone tells. To the core a body is bytes; here, before consensus, it
 * is made sure that those of the built-in kinds are the message that the kind asks for, whole and
 * with nothing that this version does not know: what is stored must mean the same to every reader.
 * What depends on a kind's policy is admission's to check, at the node that proposes.
 */
final class Bodies {
  private static final int SHA256_BYTES = 32;

  /** As many as there are types of messages in bodies. */
  private static final Map<Descriptor, List<FieldDescriptor>> CHECKED = new ConcurrentHashMap<>();

  private Bodies() {}

  /** The body of a put of {@code key}; {@code field} is its name in the request. */
  static Bytes body(Key key, ByteString body, String field) {
    checkSize(body, field);
    Optional<Message> prototype = BodyTypes.prototype(key.kind());
    if (prototype.isEmpty()) {
      return Fields.bytes(body);
    }
    Message message = parse(prototype.get(), body, field);
    checkKnown(message, field);
    checkValues(key, message, field);
    return CoreBodies.stored(key, message, field).orElseGet(() -> Fields.bytes(body));
  }

  /** What the store would hold for {@code body}: what a body is compared with. */
  static Bytes compared(Key key, ByteString body, String field) {
    if (CoreBodies.includes(key.kind())) {
      return body(key, body, field);
    }
    checkSize(body, field);
    return Fields.bytes(body);
  }

  private static void checkSize(ByteString body, String field) {
    if (body.size() > Limits.BODY_MAX_BYTES) {
      throw new RefusedException(
          Reason.BODY_TOO_LARGE,
          field,
          "%s has %d bytes, at most %d are allowed"
              .formatted(field, body.size(), Limits.BODY_MAX_BYTES));
    }
  }

  private static Message parse(Message prototype, ByteString body, String field) {
    try {
      // What is parsed is looked at and dropped: its own fields need no copies.
      CodedInputStream input = body.newCodedInput();
      input.enableAliasing(true);
      Message message = prototype.getParserForType().parseFrom(input);
      input.checkLastTagWas(0);
      return message;
    } catch (IOException e) {
      throw WrongText.find(prototype.getDescriptorForType(), body)
          .map(path -> invalid(field + "." + path, "is not UTF-8"))
          .orElseGet(
              () ->
                  invalid(
                      field,
                      "is not a %s: %s"
                          .formatted(
                              prototype.getDescriptorForType().getFullName(), e.getMessage())));
    }
  }

  /** Nothing in {@code message}, however deep, may be unknown to this version, or negative. */
  static void checkKnown(Message message, String path) {
    if (!message.getUnknownFields().isEmpty()) {
      throw invalid(
          path,
          "has fields that %s does not: %s"
              .formatted(
                  message.getDescriptorForType().getFullName(),
                  message.getUnknownFields().asMap().keySet()));
    }
    List<FieldDescriptor> checked =
        CHECKED.computeIfAbsent(message.getDescriptorForType(), Bodies::checked);
    for (int i = 0; i < checked.size(); i++) {
      checkKnown(message, checked.get(i), path);
    }
  }

  private static void checkKnown(Message message, FieldDescriptor type, String path) {
    String field = path + "." + type.getName();
    if (!type.isRepeated()) {
      if (message.hasField(type)) {
        checkKnown(type, message.getField(type), field);
      }
      return;
    }
    for (int i = 0; i < message.getRepeatedFieldCount(type); i++) {
      checkKnown(type, message.getRepeatedField(type, i), field + "[" + i + "]");
    }
  }

  /** The fields of {@code type} that may hold what is not known, in the order of their numbers. */
  private static List<FieldDescriptor> checked(Descriptor type) {
    return type.getFields().stream()
        .filter(
            field ->
                switch (field.getType()) {
                  case MESSAGE, ENUM, UINT64, UINT32 -> true;
                  default -> false;
                })
        .sorted()
        .toList();
  }

  private static void checkKnown(FieldDescriptor type, Object value, String field) {
    if (value instanceof Message inner) {
      checkKnown(inner, field);
    } else if (value instanceof EnumValueDescriptor constant && constant.getIndex() < 0) {
      throw invalid(field, "is " + constant.getNumber() + ", which is not known");
    } else if (type.getType() == FieldDescriptor.Type.UINT64) {
      Fields.revision((Long) value, field);
    } else if (type.getType() == FieldDescriptor.Type.UINT32 && (Integer) value < 0) {
      throw invalid(
          field, "is " + Integer.toUnsignedString((Integer) value) + ", at most 2^31-1 is allowed");
    }
  }

  private static void checkValues(Key key, Message message, String field) {
    if (message instanceof Rollout rollout && rollout.getPercent() > 100) {
      throw invalid(field + ".percent", "is " + rollout.getPercent() + ", 0 to 100 are allowed");
    }
    if (message instanceof ConfigDocument config && !config.getSha256().isEmpty()) {
      checkSha256(config, field + ".sha256");
    }
    if (message instanceof Endpoint endpoint) {
      EndpointBody.check(key, endpoint, field);
    }
    if (message instanceof Failover decision) {
      FailoverBody.check(decision, field);
    }
  }

  private static void checkSha256(ConfigDocument config, String field) {
    if (config.getSha256().size() != SHA256_BYTES) {
      throw invalid(
          field, "has " + config.getSha256().size() + " bytes, a SHA-256 has " + SHA256_BYTES);
    }
    byte[] actual = sha256().digest(config.getDocument().toByteArray());
    if (!MessageDigest.isEqual(actual, config.getSha256().toByteArray())) {
      throw invalid(field, "is not the SHA-256 of the document");
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new LinkageError("every JDK has SHA-256", e);
    }
  }
}
