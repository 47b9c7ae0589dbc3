// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.codec;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import dev.stele.client.kind.BodyCodec;
import java.io.IOException;
import java.io.UncheckedIOException;

/** What the codecs of message bodies share. */
public abstract class MessageCodec<T, M extends MessageLite> implements BodyCodec<T> {
  private final Parser<M> parser;

  protected MessageCodec(Parser<M> parser) {
    this.parser = parser;
  }

  /** The body as a message. */
  public abstract M toMessage(T body);

  /** May throw IllegalArgumentException when the message breaks a rule of the body. */
  public abstract T fromMessage(M message);

  @Override
  public final byte[] encode(T body) {
    M message = toMessage(body);
    byte[] bytes = new byte[message.getSerializedSize()];
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    // Bodies are compared byte by byte: equal maps must give equal bytes.
    out.useDeterministicSerialization();
    try {
      message.writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException("an array of the right size was not", e);
    }
    out.checkNoSpaceLeft();
    return bytes;
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
