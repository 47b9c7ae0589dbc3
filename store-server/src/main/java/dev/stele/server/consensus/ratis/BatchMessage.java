// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.ratis;

import dev.stele.server.consensus.propose.Batch;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;

/** Carries a batch through Ratis, so that the node that proposed it need not decode it again. */
record BatchMessage(Batch batch, ByteString content) implements Message {
  static BatchMessage of(Batch batch) {
    return new BatchMessage(batch, UnsafeByteOperations.unsafeWrap(batch.encoded()));
  }

  @Override
  public ByteString getContent() {
    return content;
  }

  @Override
  public String toString() {
    return "Batch of " + batch.commands().size();
  }
}
