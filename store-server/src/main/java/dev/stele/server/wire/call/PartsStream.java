// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.call;

import dev.stele.server.core.model.Bytes;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/**
 * A message in parts, some of them shared with other messages. gRPC drains it into its own buffers,
 * so that nobody puts the parts together before.
 */
final class PartsStream extends InputStream implements Drainable, KnownLength {
  private final List<Bytes> parts;
  private int part;
  private int offset;
  private int rest;

  PartsStream(List<Bytes> parts, int size) {
    this.parts = parts;
    this.rest = size;
  }

  @Override
  public int drainTo(OutputStream target) throws IOException {
    int drained = rest;
    for (; part < parts.size(); part++, offset = 0) {
      byte[] bytes = parts.get(part).unsafeArray();
      target.write(bytes, offset, bytes.length - offset);
    }
    rest = 0;
    return drained;
  }

  @Override
  public int available() {
    return rest;
  }

  @Override
  public int read() {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int from, int length) {
    if (length > 0 && rest == 0) {
      return -1;
    }
    int copied = 0;
    while (copied < length && rest > 0) {
      byte[] bytes = parts.get(part).unsafeArray();
      int count = Math.min(length - copied, bytes.length - offset);
      System.arraycopy(bytes, offset, target, from + copied, count);
      copied += count;
      offset += count;
      rest -= count;
      if (offset == bytes.length) {
        part++;
        offset = 0;
      }
    }
    return copied;
  }
}
