// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.parse;

import static dev.stele.server.wire.parse.Fields.invalid;

import com.google.protobuf.ByteString;
import dev.stele.proto.v1.Claim;
import dev.stele.server.core.encoding.MalformedException;
import dev.stele.server.core.kind.ClaimCodec;
import dev.stele.server.core.kind.ClaimRecord;
import dev.stele.server.core.kind.ClaimRecord.State;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Limits;

/** The bodies of kind {@code claim}. */
final class ClaimBody {
  private ClaimBody() {}

  /** What the core is given for {@code message}, whose values were checked one by one. */
  static Bytes stored(Claim message, String field) {
    State state =
        switch (message.getState()) {
          case IDLE -> State.IDLE;
          case OWNED -> State.OWNED;
          case DRAINING -> State.DRAINING;
          case RETIRED -> State.RETIRED;
          case UNRECOGNIZED -> throw new IllegalArgumentException("state of " + message);
        };
    checkDrain(message, field + ".drain_millis");
    return ClaimCodec.encode(
        new ClaimRecord(message.getOwner(), message.getEpoch(), state, message.getDrainMillis()));
  }

  private static void checkDrain(Claim message, String field) {
    if (message.getDrainMillis() != 0 && message.getState() != Claim.State.DRAINING) {
      throw invalid(field, "goes with state DRAINING only");
    }
    if (message.getDrainMillis() > Limits.DRAIN_MAX_MILLIS) {
      throw invalid(
          field,
          "is %d, at most %d is allowed"
              .formatted(message.getDrainMillis(), Limits.DRAIN_MAX_MILLIS));
    }
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
        .setDrainMillis(claim.drainMillis())
        .build()
        .toByteString();
  }
}
