// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import dev.stele.server.core.encoding.Input;
import dev.stele.server.core.encoding.MalformedException;
import dev.stele.server.core.encoding.Output;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.LeaseRef;
import dev.stele.server.core.model.Position;
import dev.stele.server.core.model.Row;
import dev.stele.server.core.model.Tombstone;
import java.util.Optional;

/**
 * Rows of the family {@code facts}: the key's bytes lead to a version byte, a tag, the position,
 * and for a fact its create revision, version, lease and, up to the end, its body.
 */
final class RowCodec {
  static final int VERSION = 1;
  private static final int FACT = 1;
  private static final int TOMBSTONE = 2;

  private RowCodec() {}

  static void write(Row row, Output out) {
    out.putByte(VERSION);
    out.putByte(row instanceof Fact ? FACT : TOMBSTONE);
    writePosition(row.modified(), out);
    if (row instanceof Fact fact) {
      writeStanding(fact, out);
    }
  }

  static Row read(Key key, byte[] value) throws MalformedException {
    Input in = new Input(value);
    requireVersion(in, VERSION);
    int tag = in.readByte();
    Position modified = readPosition(in);
    if (tag == FACT) {
      return readStanding(key, modified, in);
    }
    if (tag != TOMBSTONE) {
      throw new MalformedException("tag " + tag + " is not known");
    }
    in.requireEnd();
    return new Tombstone(key, modified);
  }

  static void requireVersion(Input in, int known) throws MalformedException {
    int version = in.readByte();
    if (version != known) {
      throw new MalformedException("its version is " + version + ", only " + known + " is known");
    }
  }

  static void writePosition(Position position, Output out) {
    out.putVarint(position.revision());
    out.putVarint(position.index());
  }

  static Position readPosition(Input in) throws MalformedException {
    return new Position(in.readVarint(), in.readSize());
  }

  /**
   * What a fact has besides key and position. No lease is a name without bytes: names have at least
   * one.
   */
  static void writeStanding(Fact fact, Output out) {
    out.putVarint(fact.createRevision());
    out.putVarint(fact.version());
    if (fact.lease().isPresent()) {
      out.putText(fact.lease().get().name());
      out.putVarint(fact.lease().get().token());
    } else {
      out.putVarint(0);
    }
    out.putBytes(fact.body().unsafeArray());
  }

  static Fact readStanding(Key key, Position modified, Input in) throws MalformedException {
    long createRevision = in.readVarint();
    long version = in.readVarint();
    String leaseName = in.readText();
    Optional<LeaseRef> lease =
        leaseName.isEmpty()
            ? Optional.empty()
            : Optional.of(new LeaseRef(leaseName, in.readVarint()));
    Bytes body = in.readRest();
    return new Fact(key, body, createRevision, modified, version, lease);
  }
}
