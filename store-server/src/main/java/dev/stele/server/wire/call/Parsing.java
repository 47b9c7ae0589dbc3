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
 * @param <Q> the request
 */
record Parsing<Q extends Message>(Q prototype) {
  /**
   * The request.
   *
   * @throws RefusedException when {@code bytes} are none
   */
  Q parse(byte[] bytes) {
    // Bodies stay in the request's own bytes until they are copied into the command.
    ByteString wrapped = UnsafeByteOperations.unsafeWrap(bytes);
    CodedInputStream input = wrapped.newCodedInput();
    input.enableAliasing(true);
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
