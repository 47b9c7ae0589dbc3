// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.parse;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Message;
import dev.stele.proto.v1.Kinds;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The body type of each built-in kind: the message that carries the option {@code kind}. */
final class BodyTypes {
  private static final Map<String, Message> PROTOTYPES = prototypes();

  private BodyTypes() {}

  /** An empty body of {@code kind}; empty when it is no built-in one. */
  static Optional<Message> prototype(String kind) {
    return Optional.ofNullable(PROTOTYPES.get(kind));
  }

  private static Map<String, Message> prototypes() {
    Map<String, Message> prototypes = new TreeMap<>();
    for (Descriptor type : Kinds.getDescriptor().getMessageTypes()) {
      String kind = type.getOptions().getExtension(Kinds.kind);
      if (!kind.isEmpty()) {
        prototypes.put(kind, generated(type));
      }
    }
    return prototypes;
  }

  /** The generated class: several times faster than a dynamic message. */
  private static Message generated(Descriptor type) {
    String name = type.getFile().getOptions().getJavaPackage() + "." + type.getName();
    try {
      return (Message) Class.forName(name).getMethod("getDefaultInstance").invoke(null);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("no generated class for " + type.getFullName(), e);
    }
  }
}
