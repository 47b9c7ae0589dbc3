// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.watch;

import dev.stele.proto.v1.AwaitAppliedRequest;
import dev.stele.proto.v1.AwaitAppliedResponse;
import dev.stele.server.core.model.Reason;
import dev.stele.server.wire.call.Answer;
import dev.stele.server.wire.call.Call;
import dev.stele.server.wire.error.Failure;
import java.util.concurrent.CompletableFuture;

/** What named watchers have applied: this node can't tell yet, and says so. */
public final class AppliedService {
  /** Refuses. */
  public CompletableFuture<Answer<AwaitAppliedResponse>> await(
      Call call, AwaitAppliedRequest request) {
    return Answer.now(Failure.of(Reason.NO_QUORUM, "not ready"));
  }
}
