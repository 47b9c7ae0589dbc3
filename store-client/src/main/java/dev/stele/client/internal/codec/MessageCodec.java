// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.codec;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import dev.stele.client.kind.BodyCodec;

/** What the codecs of message bodies share. */
abstract class MessageCodec<T, M extends MessageLite> implements BodyCodec<T> {
  private final Parser<M> parser;

  MessageCodec(Parser<M> parser) {
    this.parser = parser;
  }

  abstract M toMessage(T body);

  /** May throw IllegalArgumentException when the message breaks a rule of the body. */
  abstract T fromMessage(M message);

  @Override
  public final byte[] encode(T body) {
    return toMessage(body).toByteArray();
  }

  @Override
  public final T decode(byte[] bytes) {
    try {
      return fromMessage(parser.parseFrom(bytes));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("body is no message of its kind: " + e.getMessage(), e);
    }
  }
}
