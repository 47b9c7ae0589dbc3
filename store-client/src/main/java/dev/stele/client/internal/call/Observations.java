// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.call;

import dev.stele.client.error.SteleException;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Observes requests; costs nothing while nobody listens. */
final class Observations {
  private static final String NAME = "stele.client.requests";

  private final ObservationRegistry registry;

  Observations(ObservationRegistry registry) {
    this.registry = registry;
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the request reports, this only looks on
  void observe(Method<?, ?> method, CompletableFuture<?> request) {
    if (registry.isNoop()) {
      return;
    }
    Observation observation =
        Observation.createNotStarted(NAME, registry)
            .lowCardinalityKeyValue("method", method.name())
            .start();
    request.whenComplete(
        (answer, failure) -> {
          observation.lowCardinalityKeyValue("outcome", outcome(failure));
          if (failure != null) {
            observation.error(failure);
          }
          observation.stop();
        });
  }

  private static String outcome(@Nullable Throwable failure) {
    if (failure == null) {
      return "ok";
    }
    return failure instanceof SteleException stele
        ? stele.reason().name().toLowerCase(Locale.ROOT)
        : "cancelled";
  }
}
