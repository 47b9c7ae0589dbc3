// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.peer;

import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The answer of one unary call as a future, completed on the transport's thread. */
public final class Reply<M, R> extends CompletableFuture<R> implements StreamObserver<M> {
  private final Function<? super M, ? extends @Nullable R> result;
  private final Consumer<Throwable> failed;
  private @Nullable M message;

  /**
   * For one call.
   *
   * @param result what the message says; what it throws is the future's failure
   * @param failed told of a call that came to nothing
   */
  public Reply(Function<? super M, ? extends @Nullable R> result, Consumer<Throwable> failed) {
    this.result = result;
    this.failed = failed;
  }

  @Override
  public void onNext(M value) {
    message = value;
  }

  @Override
  public void onError(Throwable failure) {
    failed.accept(failure);
    completeExceptionally(failure);
  }

  @Override
  public void onCompleted() {
    M answer = message;
    if (answer == null) {
      completeExceptionally(new IllegalStateException("the call ended without an answer"));
      return;
    }
    try {
      complete(result.apply(answer));
    } catch (RuntimeException e) {
      completeExceptionally(e);
    }
  }
}
