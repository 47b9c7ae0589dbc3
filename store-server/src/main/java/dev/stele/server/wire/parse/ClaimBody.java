// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.parse;

import com.google.protobuf.ByteString;
import dev.stele.proto.v1.Claim;
import dev.stele.server.core.encoding.MalformedException;
import dev.stele.server.core.kind.ClaimCodec;
import dev.stele.server.core.kind.ClaimRecord;
import dev.stele.server.core.kind.ClaimRecord.State;
import dev.stele.server.core.model.Bytes;

/** The bodies of kind {@code claim}. */
final class ClaimBody {
  private ClaimBody() {}

  /** What the core is given for {@code message}, whose values were checked. */
  static Bytes stored(Claim message) {
    State state =
        switch (message.getState()) {
          case IDLE -> State.IDLE;
          case OWNED -> State.OWNED;
          case DRAINING -> State.DRAINING;
          case RETIRED -> State.RETIRED;
          case UNRECOGNIZED -> throw new IllegalArgumentException("state of " + message);
        };
    return ClaimCodec.encode(new ClaimRecord(message.getOwner(), message.getEpoch(), state));
  }

  static ByteString message(Bytes stored) throws MalformedException {
    ClaimRecord claim = ClaimCodec.decode(stored);
    return Claim.newBuilder()
        .setOwner(claim.owner())
        .setEpoch(claim.epoch())
        .setState(
            switch (claim.state()) {
              case IDLE -> Claim.State.IDLE;
              case OWNED -> Claim.State.OWNED;
              case DRAINING -> Claim.State.DRAINING;
              case RETIRED -> Claim.State.RETIRED;
            })
        .build()
        .toByteString();
  }
}
