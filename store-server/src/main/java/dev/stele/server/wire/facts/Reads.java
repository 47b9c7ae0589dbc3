// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.facts;

import com.google.protobuf.Message;
import dev.stele.server.wire.call.Answer;
import dev.stele.server.wire.call.Call;
import dev.stele.server.wire.parse.Freshness;
import java.util.concurrent.CompletableFuture;

/** Where reads are served. */
public interface Reads {
  /** Answers by {@code read} once the store is as fresh as asked; never blocks. */
  <R extends Message> CompletableFuture<Answer<R>> read(
      Call call, Freshness freshness, ReadDesk.SnapshotRead<R> read);
}
