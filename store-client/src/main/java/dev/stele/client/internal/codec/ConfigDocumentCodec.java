// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.codec;

import com.google.protobuf.ByteString;
import dev.stele.client.kind.ConfigDocument;

/** {@link ConfigDocument} and its message. */
public final class ConfigDocumentCodec
    extends MessageCodec<ConfigDocument, dev.stele.proto.v1.ConfigDocument> {
  public ConfigDocumentCodec() {
    super(dev.stele.proto.v1.ConfigDocument.parser());
  }

  @Override
  public dev.stele.proto.v1.ConfigDocument toMessage(ConfigDocument body) {
    return dev.stele.proto.v1.ConfigDocument.newBuilder()
        .setContentType(body.contentType())
        .setDocument(ByteString.copyFrom(body.document()))
        .setSha256(ByteString.copyFrom(body.sha256()))
        .build();
  }

  @Override
  public ConfigDocument fromMessage(dev.stele.proto.v1.ConfigDocument message) {
    return ConfigDocument.withChecksum(
        message.getContentType(),
        message.getDocument().toByteArray(),
        message.getSha256().toByteArray());
  }
}
