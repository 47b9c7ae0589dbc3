// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.codec;

import dev.stele.client.kind.Failover;

/** {@link Failover} and its message. */
public final class FailoverCodec extends MessageCodec<Failover, dev.stele.proto.v1.Failover> {
  public FailoverCodec() {
    super(dev.stele.proto.v1.Failover.parser());
  }

  @Override
  public dev.stele.proto.v1.Failover toMessage(Failover body) {
    return dev.stele.proto.v1.Failover.newBuilder()
        .setClaim(body.claim())
        .setFrom(body.from())
        .setTo(body.to())
        .setEpoch(body.epoch())
        .setReason(body.reason())
        .setDecidedBy(body.decidedBy())
        .setToken(body.token())
        .setEvidenceRevision(body.evidenceRevision())
        .setState(dev.stele.proto.v1.Failover.State.valueOf(body.state().name()))
        .build();
  }

  @Override
  public Failover fromMessage(dev.stele.proto.v1.Failover message) {
    return new Failover(
        message.getClaim(),
        message.getFrom(),
        message.getTo(),
        message.getEpoch(),
        message.getReason(),
        message.getDecidedBy(),
        message.getToken(),
        message.getEvidenceRevision(),
        Failover.State.valueOf(message.getState().name()));
  }
}
