// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.call;

import io.grpc.Status;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** How calls ended, by method and outcome, however they came in. Thread-safe. */
public final class CallTimes {
  private final MeterRegistry meters;

  /** Looking a meter up by its tags costs more than using it. Bounded by methods times reasons. */
  private final Map<Series, Timer> timers = new ConcurrentHashMap<>();

  private final Map<String, Counter> rejected = new ConcurrentHashMap<>();

  public CallTimes(MeterRegistry meters) {
    this.meters = meters;
  }

  private record Series(String method, String outcome) {}

  /**
   * A call ended.
   *
   * @param method its full name
   * @param outcome the reason of a refusal, or else the gRPC status
   */
  public void ended(String method, String outcome, long nanos) {
    timers
        .computeIfAbsent(
            new Series(method, outcome),
            series ->
                meters.timer(
                    "stele.api.requests", "method", series.method(), "outcome", series.outcome()))
        .record(nanos, TimeUnit.NANOSECONDS);
  }

  /** A call was refused for {@code reason}. */
  public void refused(String reason) {
    rejected
        .computeIfAbsent(reason, key -> meters.counter("stele.rejected", "reason", key))
        .increment();
  }

  /**
   * Whether a call that ends so was refused by the listener's rules, so that a caller can have as
   * many of its kind as it likes; a refusal by the facts is an answer.
   */
  public static boolean isRefusal(Status.Code code) {
    return code == Status.Code.RESOURCE_EXHAUSTED
        || code == Status.Code.INVALID_ARGUMENT
        || code == Status.Code.UNAUTHENTICATED
        || code == Status.Code.PERMISSION_DENIED;
  }
}
