// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.call;

import com.google.protobuf.MessageLite;
import dev.stele.server.wire.error.Failure;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.concurrent.CompletableFuture;

/**
 * What a call is answered with.
 *
 * @param <R> its response
 */
public sealed interface Answer<R extends MessageLite> {
  /** It got what it asked for. */
  record Given<R extends MessageLite>(R message) implements Answer<R> {}

  /** It did not. */
  record Failed<R extends MessageLite>(Failure failure) implements Answer<R> {}

  /** Another node gave it; passed on as it came. */
  record Passed<R extends MessageLite>(byte[] message) implements Answer<R> {}

  /** Another node refused it; passed on as it came. */
  record PassedFailure<R extends MessageLite>(Status status, Metadata trailers)
      implements Answer<R> {}

  /** A future that is there already. */
  static <R extends MessageLite> CompletableFuture<Answer<R>> now(R message) {
    return CompletableFuture.completedFuture(new Given<>(message));
  }

  /** A future that is there already. */
  static <R extends MessageLite> CompletableFuture<Answer<R>> now(Failure failure) {
    return CompletableFuture.completedFuture(new Failed<>(failure));
  }
}
