// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.parse;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
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
final class MemberBody {
  private MemberBody() {}

  /** What the core is given for {@code message}, whose values were checked. */
  static Bytes stored(Member message) {
    Health health =
        switch (message.getHealth()) {
          case UNKNOWN -> Health.UNKNOWN;
          case HEALTHY -> Health.HEALTHY;
          case DEGRADED -> Health.DEGRADED;
          case DRAINING -> Health.DRAINING;
          case LOST -> Health.LOST;
          case UNRECOGNIZED -> throw new IllegalArgumentException("health of " + message);
        };
    return MemberCodec.encode(
        new MemberRecord(
            message.getAddress(),
            message.getIncarnation(),
            new TreeMap<>(message.getCapacityMap()),
            health,
            new TreeMap<>(message.getLabelsMap())));
  }

  static ByteString message(Bytes stored) throws MalformedException {
    MemberRecord member = MemberCodec.decode(stored);
    return bytes(
        Member.newBuilder()
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
            .build());
  }

  /** Equal members must be equal bytes, at every node. */
  private static ByteString bytes(Member member) {
    byte[] bytes = new byte[member.getSerializedSize()];
    CodedOutputStream output = CodedOutputStream.newInstance(bytes);
    output.useDeterministicSerialization();
    try {
      member.writeTo(output);
      output.checkNoSpaceLeft();
    } catch (IOException e) {
      throw new IllegalStateException("an array does not fail", e);
    }
    return UnsafeByteOperations.unsafeWrap(bytes);
  }
}
