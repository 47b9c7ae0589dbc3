// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.parse;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.stele.proto.v1.LeaseHolding;
import dev.stele.server.core.encoding.MalformedException;
import dev.stele.server.core.lease.LeaseRecord;
import dev.stele.server.core.lease.LeaseRecordCodec;
import dev.stele.server.core.model.Bytes;

/** The bodies of kind {@code lease}. Callers read them, and compare with them, but write none. */
final class LeaseBody {
  private LeaseBody() {}

  static Bytes stored(LeaseHolding message) {
    return LeaseRecordCodec.encode(
        new LeaseRecord(
            message.getHolder(), message.getTtlMillis(), Fields.bytes(message.getMetadata())));
  }

  static ByteString message(Bytes stored) throws MalformedException {
    LeaseRecord lease = LeaseRecordCodec.decode(stored);
    return LeaseHolding.newBuilder()
        .setHolder(lease.holder())
        .setTtlMillis(lease.ttlMillis())
        .setMetadata(UnsafeByteOperations.unsafeWrap(lease.metadata().unsafeArray()))
        .build()
        .toByteString();
  }
}
