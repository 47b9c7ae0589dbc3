// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.deadline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.stele.server.consensus.ManualTicker;
import dev.stele.server.port.FaultPolicy;
import dev.stele.server.port.Ticker;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class DeadlineSweepTest {
  private static final FaultPolicy FAULTS =
      (what, cause) -> {
        throw new AssertionError(what, cause);
      };

  @Test
  void itRestsWhileNothingWaitsAndComesBackWhenArmed() {
    AtomicInteger rounds = new AtomicInteger();
    AtomicBoolean waits = new AtomicBoolean();
    try (DeadlineSweep sweep = new DeadlineSweep(Ticker.SYSTEM, FAULTS)) {
      sweep.add(
          now -> {
            rounds.incrementAndGet();
            return waits.get();
          });
      sweep.start();
      await().during(Duration.ofMillis(100)).until(() -> rounds.get() <= 3);
      waits.set(true);
      sweep.arm();
      int before = rounds.get();
      await().atMost(Duration.ofSeconds(10)).until(() -> rounds.get() > before + 3);
    }
  }

  @Test
  void nobodyWhoArmsIsForgotten() {
    ConcurrentLinkedQueue<CompletableFuture<Void>> waiting = new ConcurrentLinkedQueue<>();
    try (DeadlineSweep sweep = new DeadlineSweep(Ticker.SYSTEM, FAULTS)) {
      sweep.add(
          now -> {
            for (var one = waiting.poll(); one != null; one = waiting.poll()) {
              one.complete(null);
            }
            return !waiting.isEmpty();
          });
      sweep.start();
      for (int i = 0; i < 5_000; i++) {
        CompletableFuture<Void> one = new CompletableFuture<>();
        waiting.add(one);
        sweep.arm();
        one.orTimeout(10, TimeUnit.SECONDS).join();
      }
    }
  }

  @Test
  void closingEndsWhateverWaits() {
    ManualTicker ticker = new ManualTicker();
    DeadlineSweep sweep = new DeadlineSweep(ticker, FAULTS);
    long deadline = ticker.in(60_000);
    AtomicBoolean ended = new AtomicBoolean();
    sweep.add(
        now -> {
          ended.compareAndSet(false, now - deadline >= 0);
          return !ended.get();
        });
    sweep.sweep();
    assertThat(ended).isFalse();
    sweep.close();
    assertThat(ended).isTrue();
  }

  @Test
  void aFailureIsAFault() throws InterruptedException {
    CountDownLatch fatal = new CountDownLatch(1);
    try (DeadlineSweep sweep =
        new DeadlineSweep(Ticker.SYSTEM, (what, cause) -> fatal.countDown())) {
      AtomicBoolean once = new AtomicBoolean(true);
      sweep.add(
          now -> {
            if (once.getAndSet(false)) {
              throw new IllegalStateException("broken");
            }
            return false;
          });
      sweep.start();
      assertThat(fatal.await(10, TimeUnit.SECONDS)).isTrue();
    }
  }
}
