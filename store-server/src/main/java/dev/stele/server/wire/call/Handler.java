// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.call;

import com.google.protobuf.Message;
import dev.stele.server.wire.error.RefusedException;
import java.util.concurrent.CompletableFuture;

/**
 * Serves one method. Runs on an event loop and never blocks it.
 *
 * @param <Q> the request
 * @param <R> the response
 */
@FunctionalInterface
public interface Handler<Q extends Message, R extends Message> {
  /**
   * Answers {@code request}, now or later, on any thread.
   *
   * @throws RefusedException when the request itself is wrong
   */
  CompletableFuture<Answer<R>> handle(Call call, Q request);
}
