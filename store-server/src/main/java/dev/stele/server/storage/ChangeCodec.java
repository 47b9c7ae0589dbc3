// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import dev.stele.server.core.encoding.Input;
import dev.stele.server.core.encoding.MalformedException;
import dev.stele.server.core.encoding.Output;
import dev.stele.server.core.model.Change;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.Position;
import dev.stele.server.core.model.Tombstone;

/**
 * Rows of the family {@code history}: revision and index, big-endian, lead to a version byte, a
 * tag, the key, the position of the key's change before, and for a put what a fact has besides.
 */
final class ChangeCodec {
  static final int VERSION = 1;
  private static final int PUT = 1;
  private static final int DELETED = 2;

  private ChangeCodec() {}

  static void writeKey(Position position, Output out) {
    out.putLong(position.revision());
    out.putInt(position.index());
  }

  static Position readKey(byte[] key) throws MalformedException {
    Input in = new Input(key);
    Position position = new Position(in.readLong(), in.readInt());
    in.requireEnd();
    return position;
  }

  static void write(Change change, Output out) {
    out.putByte(VERSION);
    out.putByte(change instanceof Change.Put ? PUT : DELETED);
    out.putSized(change.key().bytes().unsafeArray());
    RowCodec.writePosition(change.previous(), out);
    if (change instanceof Change.Put put) {
      RowCodec.writeStanding(put.fact(), out);
    }
  }

  static Change read(Position position, byte[] value) throws MalformedException {
    Input in = new Input(value);
    RowCodec.requireVersion(in, VERSION);
    int tag = in.readByte();
    Key key = Key.trusted(in.readSized());
    Position previous = RowCodec.readPosition(in);
    if (tag == PUT) {
      return new Change.Put(RowCodec.readStanding(key, position, in), previous);
    }
    if (tag != DELETED) {
      throw new MalformedException("tag " + tag + " is not known");
    }
    in.requireEnd();
    return new Change.Deleted(new Tombstone(key, position), previous);
  }
}
