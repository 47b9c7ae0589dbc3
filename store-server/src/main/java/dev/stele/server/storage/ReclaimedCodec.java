// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import dev.stele.server.core.encoding.Input;
import dev.stele.server.core.encoding.MalformedException;
import dev.stele.server.core.encoding.Output;
import dev.stele.server.core.model.Position;

/**
 * The row of the family {@code meta} that says how far this replica has reclaimed history: a
 * version byte and the position of the last change that was gone over. Not there before the first
 * one, and no replicated state.
 */
final class ReclaimedCodec {
  static final int VERSION = 1;

  private static final byte[] KEY = {'r'};

  private ReclaimedCodec() {}

  static byte[] key() {
    return KEY.clone();
  }

  static void write(Position through, Output out) {
    out.putByte(VERSION);
    RowCodec.writePosition(through, out);
  }

  static Position read(byte[] value) throws MalformedException {
    Input in = new Input(value);
    RowCodec.requireVersion(in, VERSION);
    Position through = RowCodec.readPosition(in);
    in.requireEnd();
    return through;
  }
}
