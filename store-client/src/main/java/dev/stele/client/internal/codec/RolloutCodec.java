// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.codec;

import dev.stele.client.kind.Rollout;

/** {@link Rollout} and its message. */
public final class RolloutCodec extends MessageCodec<Rollout, dev.stele.proto.v1.Rollout> {
  public RolloutCodec() {
    super(dev.stele.proto.v1.Rollout.parser());
  }

  @Override
  public dev.stele.proto.v1.Rollout toMessage(Rollout body) {
    return dev.stele.proto.v1.Rollout.newBuilder()
        .setTarget(body.target())
        .setFromRevision(body.fromRevision())
        .setToRevision(body.toRevision())
        .setPhase(dev.stele.proto.v1.Rollout.Phase.valueOf(body.phase().name()))
        .setPercent((int) body.percent())
        .setReason(body.reason())
        .build();
  }

  @Override
  public Rollout fromMessage(dev.stele.proto.v1.Rollout message) {
    return new Rollout(
        message.getTarget(),
        message.getFromRevision(),
        message.getToRevision(),
        Rollout.Phase.valueOf(message.getPhase().name()),
        Integer.toUnsignedLong(message.getPercent()),
        message.getReason());
  }
}
