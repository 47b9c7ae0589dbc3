// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal;

import dev.stele.client.internal.pipe.Loop;
import io.grpc.SynchronizationContext;

/** Runs tasks at once, on whichever thread, but never one within another; time is the test's. */
final class FakeLoop implements Loop {
  private final SynchronizationContext context =
      new SynchronizationContext(
          (thread, fault) -> {
            throw new AssertionError(fault);
          });
  private final FakeTimekeeper time;

  FakeLoop(FakeTimekeeper time) {
    this.time = time;
  }

  @Override
  public void execute(Runnable task) {
    context.execute(task);
  }

  @Override
  public void schedule(long delayNanos, Runnable task) {
    time.scheduleUnnoticed(delayNanos, () -> context.execute(task));
  }
}
