// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.lease;

import dev.stele.server.core.encoding.Input;
import dev.stele.server.core.encoding.MalformedException;
import dev.stele.server.core.encoding.Output;
import dev.stele.server.core.model.Bytes;

/** Leases as the bodies of their facts: a version byte, then the fields in their order. */
public final class LeaseRecordCodec {
  private static final int VERSION = 1;

  private LeaseRecordCodec() {}

  /** The body that says {@code lease}. */
  public static Bytes encode(LeaseRecord lease) {
    Output out = new Output(64 + lease.metadata().length());
    out.putByte(VERSION);
    out.putText(lease.holder());
    out.putVarint(lease.ttlMillis());
    out.putBytes(lease.metadata().unsafeArray());
    return Bytes.wrap(out.toBytes());
  }

  /**
   * What {@code body} says.
   *
   * @throws MalformedException when it is not what {@link #encode} made
   */
  public static LeaseRecord decode(Bytes body) throws MalformedException {
    Input in = new Input(body.unsafeArray());
    int version = in.readByte();
    if (version != VERSION) {
      throw new MalformedException("its version is " + version + ", only " + VERSION + " is known");
    }
    return new LeaseRecord(in.readText(), in.readVarint(), in.readRest());
  }
}
