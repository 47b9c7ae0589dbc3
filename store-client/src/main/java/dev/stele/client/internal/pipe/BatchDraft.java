// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.pipe;

import dev.stele.proto.v1.CallBatch;
import dev.stele.proto.v1.PipelineCall;
import dev.stele.proto.v1.RequestHeader;
import org.jspecify.annotations.Nullable;

/** Calls that leave as one message. They all go to one cluster and epoch, which is said once. */
final class BatchDraft {
  /** Calls of one message. */
  static final int MAX_CALLS = 512;

  /** Bytes of the calls of one message, unless it is one call alone. */
  static final int MAX_BYTES = 256 << 10;

  private final CallBatch.Builder batch = CallBatch.newBuilder();
  private @Nullable RequestHeader shared;
  private int bytes;

  /** Whether {@code call} goes along; if not, it is for the next message. */
  boolean takes(RequestHeader header, PipelineCall call) {
    int size = call.getSerializedSize();
    if (shared == null) {
      if (size > MAX_BYTES && batch.getCancelledCount() > 0) {
        return false;
      }
      shared = header;
      batch.setHeader(header);
    } else if (batch.getCallsCount() == MAX_CALLS
        || size > MAX_BYTES - bytes
        || !header.equals(shared)) {
      return false;
    }
    bytes += size;
    batch.addCalls(call);
    return true;
  }

  /** Nobody waits for this answer any more. */
  void cancel(long id) {
    batch.addCancelled(id);
  }

  boolean isEmpty() {
    return batch.getCallsCount() == 0 && batch.getCancelledCount() == 0;
  }

  CallBatch build() {
    return batch.build();
  }
}
