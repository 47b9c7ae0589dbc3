// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.parse;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the string field that is not UTF-8 in a message that could not be parsed: the parser itself
 * does not tell which it was.
 */
public final class WrongText {
  /** Messages inside messages, as deep as protobuf's own parser goes. */
  private static final int MAX_DEPTH = 100;

  private WrongText() {}

  /** The field's path, for instance {@code guards[2].name}; empty when something else is wrong. */
  public static Optional<String> find(Descriptor type, ByteString message) {
    try {
      return find(type, message, "", MAX_DEPTH);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> find(
      Descriptor type, ByteString message, String prefix, int depth) throws IOException {
    CodedInputStream input = message.newCodedInput();
    Map<Integer, Integer> seen = new HashMap<>();
    for (int tag = input.readTag(); tag != 0; tag = input.readTag()) {
      FieldDescriptor field = type.findFieldByNumber(WireFormat.getTagFieldNumber(tag));
      boolean delimited = WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
      if (field == null || !delimited || depth == 0) {
        input.skipField(tag);
        continue;
      }
      ByteString value = input.readBytes();
      String path = prefix + field.getName();
      if (field.isRepeated()) {
        path += "[" + (seen.merge(field.getNumber(), 1, Integer::sum) - 1) + "]";
      }
      Optional<String> found = inValue(field, value, path, depth);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private static Optional<String> inValue(
      FieldDescriptor field, ByteString value, String path, int depth) throws IOException {
    if (field.getType() == FieldDescriptor.Type.STRING) {
      return value.isValidUtf8() ? Optional.empty() : Optional.of(path);
    }
    return field.getType() == FieldDescriptor.Type.MESSAGE
        ? find(field.getMessageType(), value, path + ".", depth - 1)
        : Optional.empty();
  }
}
