// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for futures that complete normally. */
final class Waiting {
  private Waiting() {}

  static void all(List<CompletableFuture<Void>> futures, Duration bound)
      throws InterruptedException, TimeoutException {
    try {
      CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new))
          .get(bound.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException late) {
      long open = futures.stream().filter(future -> !future.isDone()).count();
      throw new TimeoutException(
          open + " operations had not completed " + bound.toSeconds() + " s after the end");
    } catch (ExecutionException fault) {
      throw new IllegalStateException("the load generator failed", fault.getCause());
    }
  }
}
