// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.client.error.SteleException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What a future failed with. */
final class Failures {
  private Failures() {}

  static <E extends SteleException> E of(CompletableFuture<?> future, Class<E> type) {
    try {
      Object answer = future.get(20, TimeUnit.SECONDS);
      throw new AssertionError("succeeded with " + answer);
    } catch (ExecutionException e) {
      assertThat(e.getCause()).isInstanceOf(type);
      return type.cast(e.getCause());
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }
}
