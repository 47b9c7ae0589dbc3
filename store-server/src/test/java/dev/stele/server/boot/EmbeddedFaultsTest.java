// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class EmbeddedFaultsTest {
  private final EmbeddedFaults faults = new EmbeddedFaults("n0");
  private final AtomicInteger stops = new AtomicInteger();
  private final CountDownLatch stopped = new CountDownLatch(1);

  @Test
  void theFirstFaultIsKeptAndStopsTheNodeOnce() throws InterruptedException {
    Throwable cause = new IllegalStateException("disk");
    faults.armed(this::stop);
    assertThat(faults.first()).isEmpty();
    faults.fatal("the log failed", cause);
    faults.fatal("the store failed", new IllegalStateException("later"));
    assertThat(stopped.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(faults.first()).contains(new NodeFault("the log failed", cause));
    assertThat(stops).hasValue(1);
  }

  @Test
  void aFaultDuringTheStartStopsTheNodeOnceThereIsOne() throws InterruptedException {
    faults.fatal("early", new IllegalStateException("disk"));
    assertThat(stops).hasValue(0);
    faults.armed(this::stop);
    assertThat(stopped.await(10, TimeUnit.SECONDS)).isTrue();
    faults.fatal("late", new IllegalStateException("disk"));
    assertThat(stops).hasValue(1);
  }

  @Test
  void stoppingDoesNotWaitForTheThreadThatFoundTheFault() throws InterruptedException {
    Thread finder = Thread.currentThread();
    CountDownLatch elsewhere = new CountDownLatch(1);
    faults.armed(
        () -> {
          if (Thread.currentThread() != finder) {
            elsewhere.countDown();
          }
        });
    faults.fatal("found here", new IllegalStateException("disk"));
    assertThat(elsewhere.await(10, TimeUnit.SECONDS)).isTrue();
  }

  private void stop() {
    stops.incrementAndGet();
    stopped.countDown();
  }
}
