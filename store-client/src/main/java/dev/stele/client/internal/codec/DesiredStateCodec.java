// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.codec;

import dev.stele.client.kind.DesiredState;

/** {@link DesiredState} and its message. */
public final class DesiredStateCodec
    extends MessageCodec<DesiredState, dev.stele.proto.v1.DesiredState> {
  public DesiredStateCodec() {
    super(dev.stele.proto.v1.DesiredState.parser());
  }

  @Override
  public dev.stele.proto.v1.DesiredState toMessage(DesiredState body) {
    return dev.stele.proto.v1.DesiredState.newBuilder()
        .setReplicas((int) body.replicas())
        .setPaused(body.paused())
        .setSpecDigest(body.specDigest())
        .setSpecLocation(body.specLocation())
        .build();
  }

  @Override
  public DesiredState fromMessage(dev.stele.proto.v1.DesiredState message) {
    return new DesiredState(
        Integer.toUnsignedLong(message.getReplicas()),
        message.getPaused(),
        message.getSpecDigest(),
        message.getSpecLocation());
  }
}
