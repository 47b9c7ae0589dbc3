// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.call;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.UnsafeByteOperations;
import dev.stele.server.core.model.Reason;
import dev.stele.server.wire.error.Failure;
import dev.stele.server.wire.error.RefusedException;
import dev.stele.server.wire.parse.WrongText;
import java.io.IOException;

/**
 * Makes a request of its bytes.
 *
 * @param prototype of the request
 * @param aliasing whether its bodies stay in the bytes that it came in, until they are copied into
 *     a command. Not where one small part of a long message may wait long: it would hold it all
 * @param <Q> the request
 */
record Parsing<Q extends Message>(Q prototype, boolean aliasing) {
  /**
   * The request.
   *
   * @throws RefusedException when {@code bytes} are none
   */
  Q parse(byte[] bytes) {
    ByteString wrapped = UnsafeByteOperations.unsafeWrap(bytes);
    CodedInputStream input = wrapped.newCodedInput();
    input.enableAliasing(aliasing);
    try {
      @SuppressWarnings("unchecked")
      Q request = (Q) prototype.getParserForType().parseFrom(input);
      return request;
    } catch (InvalidProtocolBufferException e) {
      throw new RefusedException(
          WrongText.find(prototype.getDescriptorForType(), wrapped)
              .map(field -> Failure.of(Reason.INVALID_FIELD, field, field + " is not UTF-8"))
              .orElseGet(() -> notAMessage(e)));
    }
  }

  private Failure notAMessage(IOException e) {
    return Failure.of(
        Reason.INVALID_FIELD,
        "request",
        "not a " + prototype.getDescriptorForType().getFullName() + ": " + e.getMessage());
  }
}
