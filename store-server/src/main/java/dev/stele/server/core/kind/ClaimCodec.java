// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.kind;

import dev.stele.server.core.encoding.Input;
import dev.stele.server.core.encoding.MalformedException;
import dev.stele.server.core.encoding.Output;
import dev.stele.server.core.model.Bytes;

/** Claims as the bodies of their facts: a version byte, then the fields in their order. */
public final class ClaimCodec {
  private static final int PLAIN = 1;

  /** With how long the drain may take. */
  private static final int DRAINING = 2;

  private ClaimCodec() {}

  /** The body that says {@code claim}. */
  public static Bytes encode(ClaimRecord claim) {
    Output out = new Output(64);
    out.putByte(claim.drainMillis() == 0 ? PLAIN : DRAINING);
    out.putText(claim.owner());
    out.putVarint(claim.epoch());
    out.putByte(claim.state().number());
    if (claim.drainMillis() != 0) {
      out.putVarint(claim.drainMillis());
    }
    return Bytes.wrap(out.toBytes());
  }

  /**
   * What {@code body} says.
   *
   * @throws MalformedException when it is not what {@link #encode} made
   */
  public static ClaimRecord decode(Bytes body) throws MalformedException {
    Input in = new Input(body.unsafeArray());
    int version = in.readByte();
    if (version != PLAIN && version != DRAINING) {
      throw new MalformedException(
          "its version is " + version + ", only 1 to " + DRAINING + " are known");
    }
    String owner = in.readText();
    long epoch = in.readVarint();
    int number = in.readByte();
    ClaimRecord.State state =
        ClaimRecord.State.of(number)
            .orElseThrow(() -> new MalformedException("state " + number + " is not known"));
    long drainMillis = version == DRAINING ? in.readVarint() : 0;
    in.requireEnd();
    return new ClaimRecord(owner, epoch, state, drainMillis);
  }
}
