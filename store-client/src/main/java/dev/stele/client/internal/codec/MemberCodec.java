// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.codec;

import dev.stele.client.kind.Member;

/** {@link Member} and its message. */
public final class MemberCodec extends MessageCodec<Member, dev.stele.proto.v1.Member> {
  public MemberCodec() {
    super(dev.stele.proto.v1.Member.parser());
  }

  @Override
  public dev.stele.proto.v1.Member toMessage(Member body) {
    return dev.stele.proto.v1.Member.newBuilder()
        .setAddress(body.address())
        .setIncarnation(body.incarnation())
        .putAllCapacity(body.capacity())
        .setHealth(dev.stele.proto.v1.Member.Health.valueOf(body.health().name()))
        .putAllLabels(body.labels())
        .build();
  }

  @Override
  public Member fromMessage(dev.stele.proto.v1.Member message) {
    return new Member(
        message.getAddress(),
        message.getIncarnation(),
        message.getCapacityMap(),
        Member.Health.valueOf(message.getHealth().name()),
        message.getLabelsMap());
  }
}
