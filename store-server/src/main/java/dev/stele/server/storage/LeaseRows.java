// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import dev.stele.server.core.encoding.Input;
import dev.stele.server.core.encoding.MalformedException;
import dev.stele.server.core.encoding.Output;
import dev.stele.server.core.lease.LeaseSide;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Key;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalLong;

/**
 * Rows of the families {@code leases} and {@code bindings}. The UTF-8 of a lease's name leads to a
 * version byte, how many facts are bound to it, and its checkpoint behind a byte that tells whether
 * there is one. A binding is the name, a zero byte, which no name has, and the key of the fact.
 */
final class LeaseRows {
  static final int VERSION = 1;

  private static final int SEPARATOR = 0;

  private LeaseRows() {}

  static void writeKey(String name, Output out) {
    out.putBytes(name.getBytes(StandardCharsets.UTF_8));
  }

  static void write(LeaseSide side, Output out) {
    out.putByte(VERSION);
    out.putVarint(side.boundFacts());
    out.putByte(side.checkpointMillis().isPresent() ? 1 : 0);
    side.checkpointMillis().ifPresent(out::putVarint);
  }

  static LeaseSide read(byte[] value) throws MalformedException {
    Input in = new Input(value);
    RowCodec.requireVersion(in, VERSION);
    long bound = in.readVarint();
    OptionalLong checkpoint =
        in.readByte() == 0 ? OptionalLong.empty() : OptionalLong.of(in.readVarint());
    in.requireEnd();
    return new LeaseSide(bound, checkpoint);
  }

  /** What the bindings of the lease {@code name} begin with. */
  static Bytes bindings(String name) {
    Output out = new Output(64);
    writeKey(name, out);
    out.putByte(SEPARATOR);
    return Bytes.wrap(out.toBytes());
  }

  /** The key of a binding's row. */
  static Bytes binding(String name, Key key) {
    Output out = new Output(64);
    writeKey(name, out);
    out.putByte(SEPARATOR);
    out.putBytes(key.bytes().unsafeArray());
    return Bytes.wrap(out.toBytes());
  }

  /** The key of the fact in {@code row}, which begins with {@code bindings}. */
  static Key boundKey(byte[] row, Bytes bindings) {
    return Key.trusted(Bytes.wrap(Arrays.copyOfRange(row, bindings.length(), row.length)));
  }
}
