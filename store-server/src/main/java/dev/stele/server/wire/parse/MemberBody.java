// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.parse;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Message;
import com.google.protobuf.UnsafeByteOperations;
import dev.stele.proto.v1.Member;
import dev.stele.server.core.encoding.MalformedException;
import dev.stele.server.core.kind.MemberCodec;
import dev.stele.server.core.kind.MemberRecord;
import dev.stele.server.core.kind.MemberRecord.Health;
import dev.stele.server.core.model.Bytes;
import java.io.IOException;
import java.util.TreeMap;

/** The bodies of kind {@code member}. */
public final class MemberBody {
  private MemberBody() {}

  /**
   * What the core is given for {@code message}, whose values were checked one by one. One that
   * nobody reaches yet may be put without an address; a registration needs it.
   */
  static Bytes stored(Member message, String field) {
    if (!message.getAddress().isEmpty()) {
      Addresses.require(message.getAddress(), field + ".address");
    }
    return MemberCodec.encode(record(message));
  }

  /** What {@code message} says. */
  static MemberRecord record(Member message) {
    return new MemberRecord(
        message.getAddress(),
        message.getIncarnation(),
        new TreeMap<>(message.getCapacityMap()),
        health(message.getHealth()),
        new TreeMap<>(message.getLabelsMap()));
  }

  /** The core's word for {@code health}, which is known. */
  static Health health(Member.Health health) {
    return switch (health) {
      case UNKNOWN -> Health.UNKNOWN;
      case HEALTHY -> Health.HEALTHY;
      case DEGRADED -> Health.DEGRADED;
      case DRAINING -> Health.DRAINING;
      case LOST -> Health.LOST;
      case UNRECOGNIZED -> throw new IllegalArgumentException("health " + health);
    };
  }

  static ByteString message(Bytes stored) throws MalformedException {
    return bytes(message(MemberCodec.decode(stored)));
  }

  /** {@code member} as callers know it. */
  public static Member message(MemberRecord member) {
    return Member.newBuilder()
        .setAddress(member.address())
        .setIncarnation(member.incarnation())
        .putAllCapacity(member.capacity())
        .setHealth(
            switch (member.health()) {
              case UNKNOWN -> Member.Health.UNKNOWN;
              case HEALTHY -> Member.Health.HEALTHY;
              case DEGRADED -> Member.Health.DEGRADED;
              case DRAINING -> Member.Health.DRAINING;
              case LOST -> Member.Health.LOST;
            })
        .putAllLabels(member.labels())
        .build();
  }

  /** Equal messages must be equal bytes, at every node. */
  static ByteString bytes(Message message) {
    byte[] bytes = new byte[message.getSerializedSize()];
    CodedOutputStream output = CodedOutputStream.newInstance(bytes);
    output.useDeterministicSerialization();
    try {
      message.writeTo(output);
      output.checkNoSpaceLeft();
    } catch (IOException e) {
      throw new IllegalStateException("an array does not fail", e);
    }
    return UnsafeByteOperations.unsafeWrap(bytes);
  }
}
