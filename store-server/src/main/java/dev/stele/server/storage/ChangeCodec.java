// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import dev.stele.server.core.encoding.Input;
import dev.stele.server.core.encoding.MalformedException;
import dev.stele.server.core.encoding.Output;
import dev.stele.server.core.model.Change;
import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.Position;
import dev.stele.server.core.model.Row;
import dev.stele.server.core.model.Tombstone;
import java.util.Optional;

/**
 * Rows of the family {@code history}: revision and index, big-endian, lead to a version byte, a
 * tag, the key, the position of the key's change before, if the tag says so the fact that stood
 * before, behind its length, and for a put what a fact has besides.
 */
final class ChangeCodec {
  static final int VERSION = 2;

  /** One of these two, and what it carries of what stood before. */
  private static final int PUT = 1;

  private static final int DELETED = 2;
  private static final int OVER_FACT = 4;
  private static final int OVER_TOMBSTONE = 8;

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
    int kind = change instanceof Change.Put ? PUT : DELETED;
    out.putByte(VERSION);
    out.putByte(change.before().isEmpty() ? kind : kind + over(change.before().get()));
    out.putSized(change.key().bytes().unsafeArray());
    RowCodec.writePosition(change.previous(), out);
    if (change.before().isPresent() && change.before().get() instanceof Fact before) {
      Output carried = new Output(before.body().length() + 32);
      RowCodec.writeStanding(before, carried);
      out.putSized(carried);
    }
    if (change instanceof Change.Put put) {
      RowCodec.writeStanding(put.fact(), out);
    }
  }

  private static int over(Row before) {
    return before instanceof Fact ? OVER_FACT : OVER_TOMBSTONE;
  }

  static Change read(Position position, byte[] value) throws MalformedException {
    Input in = new Input(value);
    RowCodec.requireVersion(in, VERSION);
    int tag = in.readByte();
    Key key = Key.trusted(in.readSized());
    Position previous = RowCodec.readPosition(in);
    Optional<Row> before = readBefore(tag & ~(PUT + DELETED), key, previous, in);
    return switch (tag & (PUT + DELETED)) {
      case PUT -> new Change.Put(RowCodec.readStanding(key, position, in), previous, before);
      case DELETED -> {
        in.requireEnd();
        yield new Change.Deleted(new Tombstone(key, position), previous, before);
      }
      default -> throw new MalformedException("tag " + tag + " is not known");
    };
  }

  /** Its key and its position are those that the change names. */
  private static Optional<Row> readBefore(int over, Key key, Position previous, Input in)
      throws MalformedException {
    return switch (over) {
      case 0 -> Optional.empty();
      case OVER_FACT -> {
        Input carried = new Input(in.readSized().unsafeArray());
        yield Optional.of(RowCodec.readStanding(key, previous, carried));
      }
      case OVER_TOMBSTONE -> Optional.of(new Tombstone(key, previous));
      default ->
          throw new MalformedException(
              "what stood before has tag " + over + ", which is not known");
    };
  }
}
