// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.claim;

import dev.stele.server.core.encoding.Input;
import dev.stele.server.core.encoding.MalformedException;
import dev.stele.server.core.encoding.Output;
import dev.stele.server.core.model.Bytes;

/** Pools as the bodies of their facts: a version byte, then the fields in their order. */
public final class PoolCodec {
  private static final int VERSION = 1;

  // What the range is.
  private static final int LISTED = 0;
  private static final int NUMBERS = 1;
  private static final int ADDRESSES = 2;
  private static final int SUBNETS = 3;

  private PoolCodec() {}

  /** The body that says {@code pool}. */
  public static Bytes encode(PoolRecord pool) {
    Output out = new Output(32);
    out.putByte(VERSION);
    out.putByte(pool.onLoss().number());
    out.putVarint(pool.maxOwned());
    out.putVarint(pool.maxOwnedPerOwner());
    encode(pool.range(), out);
    return Bytes.wrap(out.toBytes());
  }

  private static void encode(PoolRange range, Output out) {
    if (range instanceof NumberRange numbers) {
      out.putByte(NUMBERS);
      out.putVarint(numbers.first());
      out.putVarint(numbers.last());
    } else if (range instanceof AddressRange addresses) {
      out.putByte(ADDRESSES);
      out.putVarint(addresses.first());
      out.putVarint(addresses.last());
    } else if (range instanceof SubnetRange subnets) {
      out.putByte(SUBNETS);
      out.putVarint(subnets.network());
      out.putByte(subnets.networkLength());
      out.putByte(subnets.prefixLength());
    } else {
      out.putByte(LISTED);
    }
  }

  /**
   * What {@code body} says; it may be wrong, see {@link PoolRecord#violation}.
   *
   * @throws MalformedException when it is not what {@link #encode} made
   */
  public static PoolRecord decode(Bytes body) throws MalformedException {
    Input in = new Input(body.unsafeArray());
    int version = in.readByte();
    if (version != VERSION) {
      throw new MalformedException("its version is " + version + ", only " + VERSION + " is known");
    }
    int number = in.readByte();
    PoolRecord.Loss onLoss =
        PoolRecord.Loss.of(number)
            .orElseThrow(() -> new MalformedException("loss " + number + " is not known"));
    PoolRecord pool = new PoolRecord(onLoss, in.readVarint(), in.readVarint(), range(in));
    in.requireEnd();
    return pool;
  }

  private static PoolRange range(Input in) throws MalformedException {
    int type = in.readByte();
    return switch (type) {
      case LISTED -> new ListedItems();
      case NUMBERS -> new NumberRange(in.readVarint(), in.readVarint());
      case ADDRESSES -> new AddressRange(in.readVarint(), in.readVarint());
      case SUBNETS -> new SubnetRange(in.readVarint(), in.readByte(), in.readByte());
      default -> throw new MalformedException("range " + type + " is not known");
    };
  }
}
