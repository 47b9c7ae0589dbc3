// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class LinksTest {
  private final Links links = new Links(3);
  private final List<Integer> done = new ArrayList<>();

  private Executor lane(String node, String peer) {
    return links.lane(node, () -> Optional.of(peer));
  }

  @Test
  void stepsPassAtOnceWhileNobodyIsPaused() {
    lane("a", "b").execute(() -> done.add(1));
    assertThat(done).containsExactly(1);
    assertThat(links.held()).isZero();
  }

  @Test
  void stepsWaitForBothEndsAndThenPassInOrder() {
    Executor lane = lane("a", "b");
    links.pause("a");
    links.pause("b");
    lane.execute(() -> done.add(1));
    lane.execute(() -> done.add(2));
    lane("c", "d").execute(() -> done.add(0));
    links.resume("a");
    assertThat(done).containsExactly(0);
    links.resume("b");
    assertThat(done).containsExactly(0, 1, 2);
    assertThat(links.held()).isZero();
  }

  @Test
  void aStepThatAStepBringsComesAfterThoseThatWaited() {
    Executor lane = lane("a", "b");
    links.pause("a");
    lane.execute(() -> lane.execute(() -> done.add(3)));
    lane.execute(() -> done.add(2));
    links.resume("a");
    assertThat(done).containsExactly(2, 3);
  }

  @Test
  void asManyStepsWaitAsMayAndNotOneMore() {
    Executor lane = lane("a", "b");
    links.pause("b");
    IntStream.range(0, 3).forEach(i -> lane.execute(() -> done.add(i)));
    assertThatThrownBy(() -> lane.execute(() -> done.add(3)))
        .isInstanceOf(RejectedExecutionException.class);
    assertThatThrownBy(() -> lane("b", "c").execute(() -> done.add(4)))
        .isInstanceOf(RejectedExecutionException.class);
    links.resume("b");
    assertThat(done).containsExactly(0, 1, 2);
    links.pause("b");
    IntStream.range(0, 3).forEach(i -> lane.execute(() -> done.add(i)));
    assertThat(links.held()).isEqualTo(3);
  }

  @Test
  void whatANodeThatIsGoneHadToDoIsLostAndWhatItSentArrives() {
    links.pause("a");
    lane("a", "b").execute(() -> done.add(1));
    lane("b", "a").execute(() -> done.add(2));
    links.gone("a");
    assertThat(done).containsExactly(2);
    assertThat(links.held()).isZero();
    lane("a", "b").execute(() -> done.add(3));
    assertThat(done).containsExactly(2, 3);
  }

  @Test
  void aStepThatFailsKeepsNoneFromPassing() {
    Executor lane = lane("a", "b");
    links.pause("a");
    lane.execute(
        () -> {
          throw new IllegalStateException("first");
        });
    lane.execute(() -> done.add(2));
    assertThatThrownBy(() -> links.resume("a")).hasMessage("first");
    assertThat(done).containsExactly(2);
  }

  @Test
  void noStepIsForgottenWhenPausesComeAndGoMeanwhile() throws InterruptedException {
    Links busy = new Links();
    Executor lane = busy.lane("a", Optional::empty);
    AtomicInteger passed = new AtomicInteger();
    CountDownLatch begun = new CountDownLatch(1);
    int steps = 50_000;
    Thread caller =
        new Thread(
            () -> {
              begun.countDown();
              for (int i = 0; i < steps; i++) {
                int expected = i;
                lane.execute(() -> passed.compareAndSet(expected, expected + 1));
              }
            });
    caller.start();
    begun.await();
    while (caller.isAlive()) {
      busy.pause("a");
      busy.resume("a");
    }
    caller.join();
    assertThat(passed).hasValue(steps);
    assertThat(busy.held()).isZero();
  }
}
