// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.call;

import com.google.protobuf.Message;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.wire.error.Failure;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.concurrent.CompletableFuture;

/**
 * What a call is answered with.
 *
 * @param <R> its response
 */
public sealed interface Answer<R extends Message> {
  /** It got what it asked for. */
  record Given<R extends Message>(R message) implements Answer<R> {}

  /** It did not. */
  record Failed<R extends Message>(Failure failure) implements Answer<R> {}

  /** Another node gave it; passed on as it came. */
  record Passed<R extends Message>(Bytes message) implements Answer<R> {}

  /** Another node refused it; passed on as it came. */
  record PassedFailure<R extends Message>(Status status, Metadata trailers) implements Answer<R> {}

  /** A future that is there already. */
  static <R extends Message> CompletableFuture<Answer<R>> now(R message) {
    return CompletableFuture.completedFuture(new Given<>(message));
  }

  /** A future that is there already. */
  static <R extends Message> CompletableFuture<Answer<R>> now(Failure failure) {
    return CompletableFuture.completedFuture(new Failed<>(failure));
  }
}
