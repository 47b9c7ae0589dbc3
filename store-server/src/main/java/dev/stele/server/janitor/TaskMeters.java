// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.janitor;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;

/** What is counted of one task; any thread. */
final class TaskMeters {
  private final Timer steps;
  private final Counter done;
  private final Counter refused;
  private final Counter failed;

  /**
   * @param task its name
   */
  TaskMeters(MeterRegistry meters, String task) {
    steps =
        Timer.builder("stele.janitor.steps")
            .description("steps of the work that the leader does for all")
            .tag("task", task)
            .register(meters);
    done = items(meters, task, "done");
    refused = items(meters, task, "refused");
    failed = items(meters, task, "failed");
  }

  private static Counter items(MeterRegistry meters, String task, String outcome) {
    return Counter.builder("stele.janitor.items")
        .description("what became of what the leader proposed to do for all")
        .tag("task", task)
        .tag("outcome", outcome)
        .register(meters);
  }

  /** A step took so long, without what it proposed. */
  void stepped(long nanos) {
    steps.record(nanos, TimeUnit.NANOSECONDS);
  }

  /** So many items are dealt with. */
  void done(long items) {
    done.increment((double) items);
  }

  /** It was decided that so many are not, or not any more, to be dealt with so. */
  void refused(long items) {
    refused.increment((double) items);
  }

  /** Nothing was decided about so many, or nobody knows, or they can't be read. */
  void failed(long items) {
    failed.increment((double) items);
  }
}
