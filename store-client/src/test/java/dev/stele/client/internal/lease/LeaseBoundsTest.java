// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stele.client.LeaseLoss;
import dev.stele.client.LeaseRef;
import dev.stele.client.Leases;
import dev.stele.client.error.LimitExceededException;
import dev.stele.client.error.Reason;
import dev.stele.client.internal.history.History;
import dev.stele.client.internal.time.Timekeeper;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** What a client holds at most. */
final class LeaseBoundsTest {
  private final ManualTime time = new ManualTime(0);

  /** A keeper with room for two, whose timers never come. */
  private final Keeper keeper =
      new Keeper(
          () -> {
            throw new AssertionError("nothing is renewed here");
          },
          new History(),
          new Untimed(time),
          2);

  private Held hold(String name, LeaseThreads threads) {
    Tenure tenure = new Tenure(time, 10_000, 0);
    LeaseRef ref = new LeaseRef(name, 1);
    return keeper.hold(
        number -> new Held(number, ref, tenure, keeper, new LeaseCalls(null), threads));
  }

  @Test
  void aKeeperHasRoomUpToItsBoundAndAgainWhenOneIsLost() {
    LeaseThreads threads = new LeaseThreads(Runnable::run, Runnable::run);
    Held first = hold("a", threads);
    assertThat(keeper.hasRoom()).isTrue();
    hold("b", threads);
    assertThat(keeper.hasRoom()).isFalse();
    first.tenure().lose(LeaseLoss.FENCED, "");
    keeper.execute(() -> keeper.look(first));
    assertThat(keeper.hasRoom()).isTrue();
    assertThat(Leases.MAX_HELD).isEqualTo(100_000);
  }

  @Test
  void aThousandTasksRunAndOneMoreIsRefused() throws InterruptedException {
    LeaseThreads threads = new LeaseThreads();
    CountDownLatch end = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(LeaseThreads.MAX_TASKS);
    Runnable task =
        () -> {
          try {
            end.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          ended.countDown();
        };
    try {
      for (int i = 0; i < LeaseThreads.MAX_TASKS; i++) {
        threads.tasks().execute(task);
      }
      assertThatThrownBy(() -> threads.tasks().execute(task))
          .isInstanceOf(RejectedExecutionException.class);
    } finally {
      end.countDown();
      ended.await();
    }
  }

  @Test
  void aTaskThatThereIsNoThreadForSaysSo() {
    LeaseThreads full =
        new LeaseThreads(
            Runnable::run,
            task -> {
              throw new RejectedExecutionException();
            });
    CompletableFuture<Integer> refused = hold("a", full).run(() -> 7);
    assertThatThrownBy(refused::join)
        .cause()
        .isInstanceOfSatisfying(
            LimitExceededException.class,
            limit -> assertThat(limit.reason()).isEqualTo(Reason.LIMIT_REACHED));
  }

  /** A clock whose timers never come. */
  private record Untimed(ManualTime time) implements Timekeeper {
    @Override
    public long nanoTime() {
      return time.nanoTime();
    }

    @Override
    public long wallMicros() {
      return 0;
    }

    @Override
    public double random() {
      return 0;
    }

    @Override
    public void schedule(long delayNanos, Runnable task) {
      // Never.
    }

    @Override
    public void close() {
      // There is nothing to drop.
    }
  }
}
