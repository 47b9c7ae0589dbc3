// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class ListenerThreadsTest {
  private static final int FEWEST = 2;
  private static final int MOST = 5;

  private final Queue<Runnable> looks = new ConcurrentLinkedQueue<>();
  private final ListenerThreads threads = new ListenerThreads(FEWEST, MOST, looks::add);

  private static void stand(CountDownLatch begun, CountDownLatch end) {
    begun.countDown();
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aThousandQuickListenersShareAThreadForEachProcessor() throws InterruptedException {
    CountDownLatch all = new CountDownLatch(1_000);
    for (int i = 0; i < 1_000; i++) {
      threads.execute(all::countDown);
    }
    assertThat(all.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(threads.threads()).isBetween(1, FEWEST);
  }

  @Test
  void listenersThatBlockKeepTheOthersWaitingForAFewLooks() {
    CountDownLatch end = new CountDownLatch(1);
    CountDownLatch begun = new CountDownLatch(FEWEST);
    for (int i = 0; i < FEWEST; i++) {
      threads.execute(() -> stand(begun, end));
    }
    CountDownLatch other = new CountDownLatch(1);
    threads.execute(other::countDown);
    AtomicInteger looked = new AtomicInteger();
    await()
        .until(
            () -> {
              Runnable look = begun.getCount() == 0 ? looks.poll() : null;
              if (look != null) {
                looked.incrementAndGet();
                look.run();
              }
              return other.getCount() == 0;
            });
    assertThat(looked).as("one may come too early").hasValueBetween(1, 3);
    end.countDown();
  }

  @Test
  void atTheBoundWhoComesLaterWaitsUntilAListenerIsDone() throws InterruptedException {
    CountDownLatch end = new CountDownLatch(1);
    CountDownLatch begun = new CountDownLatch(MOST);
    for (int i = 0; i < MOST; i++) {
      threads.execute(() -> stand(begun, end));
    }
    await()
        .until(
            () -> {
              lookIfDue();
              return begun.getCount() == 0;
            });
    CountDownLatch beyond = new CountDownLatch(1);
    threads.execute(beyond::countDown);
    for (int i = 0; i < 10; i++) {
      lookIfDue();
    }
    assertThat(threads.threads()).isEqualTo(MOST);
    assertThat(beyond.getCount()).isEqualTo(1);
    end.countDown();
    assertThat(beyond.await(30, TimeUnit.SECONDS)).isTrue();
  }

  private void lookIfDue() {
    Runnable look = looks.poll();
    if (look != null) {
      look.run();
    }
  }

  @Test
  void asManyAsBlockGetThreads() throws InterruptedException {
    ListenerThreads real = new ListenerThreads();
    CountDownLatch end = new CountDownLatch(1);
    CountDownLatch begun = new CountDownLatch(300);
    for (int i = 0; i < 300; i++) {
      real.execute(() -> stand(begun, end));
    }
    CountDownLatch other = new CountDownLatch(1);
    real.execute(other::countDown);
    assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(other.await(30, TimeUnit.SECONDS)).isTrue();
    end.countDown();
  }
}
