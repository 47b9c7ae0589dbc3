// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.codec;

import dev.stele.client.kind.BodyCodec;

/** Bodies as they are. */
public final class RawCodec implements BodyCodec<byte[]> {
  @Override
  public byte[] encode(byte[] body) {
    return body;
  }

  @Override
  public byte[] decode(byte[] bytes) {
    return bytes;
  }
}
