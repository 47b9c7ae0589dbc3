// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** A window over sequences, at its bounds and under many threads. */
final class SessionTest {
  private final Session session = new Session(ByteString.copyFromUtf8("0123456789abcdef"), 0);

  @Test
  void aWindowHoldsTwoHundredAndFiftySixWrites() {
    for (long sequence = 1; sequence <= 256; sequence++) {
      assertThat(session.take(0)).isEqualTo(sequence);
    }
    assertThat(session.take(0)).isZero();
    session.leave(1);
    assertThat(session.take(0)).isEqualTo(257);
    assertThat(session.take(0)).isZero();
  }

  @Test
  void theMarkStandsAtTheLowestWriteThatIsUnderWay() {
    for (int i = 0; i < 5; i++) {
      session.take(0);
    }
    session.leave(2);
    session.leave(4);
    assertThat(session.mark()).isEqualTo(1);
    session.leave(1);
    assertThat(session.mark()).isEqualTo(3);
    session.leave(5);
    assertThat(session.mark()).isEqualTo(3);
    session.leave(3);
    assertThat(session.mark()).isEqualTo(6);
  }

  @Test
  void theMarkNeverPassesANumberThatNobodyHasTaken() {
    session.leave(session.take(0));
    assertThat(session.mark()).isEqualTo(2);
    assertThat(session.take(0)).isEqualTo(2);
  }

  @Test
  void oneSlowWriteHoldsUpAllThatAreAWindowAwayFromIt() {
    long slow = session.take(0);
    for (int i = 1; i < 256; i++) {
      session.leave(session.take(0));
    }
    assertThat(session.take(0)).isZero();
    session.leave(slow);
    assertThat(session.mark()).isEqualTo(257);
    for (int i = 0; i < 256; i++) {
      assertThat(session.take(0)).isPositive();
    }
    assertThat(session.take(0)).isZero();
  }

  @Test
  void anIdleSessionIsOverAfterHalfAnHourAndABusyOneIsNot() {
    assertThat(session.isOver(Session.RENEW_NANOS - 1)).isFalse();
    assertThat(session.isOver(Session.RENEW_NANOS)).isTrue();

    long busy = session.take(Session.RENEW_NANOS);
    assertThat(session.isOver(10 * Session.RENEW_NANOS)).isFalse();
    session.leave(busy);
    assertThat(session.isOver(2 * Session.RENEW_NANOS - 1)).isFalse();
    assertThat(session.isOver(2 * Session.RENEW_NANOS)).isTrue();
  }

  @Test
  void underManyThreadsNoNumberIsGivenTwiceAndTheMarkNeverPassesAWriteUnderWay()
      throws InterruptedException {
    Set<Long> given = ConcurrentHashMap.newKeySet();
    Queue<String> complaints = new ConcurrentLinkedQueue<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      int seed = i;
      Thread thread = new Thread(() -> takeAndLeave(new Random(seed), given, complaints));
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(complaints).isEmpty();
    assertThat(session.mark()).isEqualTo(given.size() + 1L);
    assertThat(session.take(0)).isEqualTo(given.size() + 1L);
  }

  private void takeAndLeave(Random random, Set<Long> given, Queue<String> complaints) {
    List<Long> held = new ArrayList<>();
    for (int i = 0; i < 50_000; i++) {
      long taken = held.size() < 100 ? session.take(0) : 0;
      if (taken != 0) {
        held.add(taken);
        if (!given.add(taken)) {
          complaints.add(taken + " was given twice");
        }
      }
      long mark = session.mark();
      held.stream()
          .filter(sequence -> mark > sequence || sequence >= session.mark() + Session.WINDOW)
          .forEach(sequence -> complaints.add(sequence + " at mark " + mark));
      if (!held.isEmpty() && (taken == 0 || random.nextBoolean())) {
        session.leave(held.remove(random.nextInt(held.size())));
      }
    }
    held.forEach(session::leave);
  }
}
