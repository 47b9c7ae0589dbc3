// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import dev.stele.server.core.encoding.Input;
import dev.stele.server.core.encoding.MalformedException;
import dev.stele.server.core.encoding.Output;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.Position;
import dev.stele.server.core.model.Tombstone;

/**
 * Rows of the family {@code tombstones}: a delete's position, as in {@code history}, leads to a
 * version byte and, up to the end, the key that it left a tombstone at.
 */
final class TombstoneCodec {
  static final int VERSION = 1;

  private TombstoneCodec() {}

  static void writeKey(Position position, Output out) {
    ChangeCodec.writeKey(position, out);
  }

  static void write(Tombstone tombstone, Output out) {
    out.putByte(VERSION);
    out.putBytes(tombstone.key().bytes().unsafeArray());
  }

  static Tombstone read(byte[] position, byte[] value) throws MalformedException {
    Input in = new Input(value);
    RowCodec.requireVersion(in, VERSION);
    Bytes key = in.readRest();
    return new Tombstone(Key.trusted(key), ChangeCodec.readKey(position));
  }
}
