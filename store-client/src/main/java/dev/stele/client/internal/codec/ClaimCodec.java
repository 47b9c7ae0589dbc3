// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.codec;

import dev.stele.client.kind.Claim;

/** {@link Claim} and its message. */
public final class ClaimCodec extends MessageCodec<Claim, dev.stele.proto.v1.Claim> {
  public ClaimCodec() {
    super(dev.stele.proto.v1.Claim.parser());
  }

  @Override
  public dev.stele.proto.v1.Claim toMessage(Claim body) {
    return dev.stele.proto.v1.Claim.newBuilder()
        .setOwner(body.owner())
        .setEpoch(body.epoch())
        .setState(dev.stele.proto.v1.Claim.State.valueOf(body.state().name()))
        .setDrainMillis(body.drainMillis())
        .build();
  }

  @Override
  public Claim fromMessage(dev.stele.proto.v1.Claim message) {
    return new Claim(
        message.getOwner(),
        message.getEpoch(),
        Claim.State.valueOf(message.getState().name()),
        message.getDrainMillis());
  }
}
