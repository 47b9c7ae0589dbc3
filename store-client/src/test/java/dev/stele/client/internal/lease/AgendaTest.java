// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.lease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.client.LeaseRef;
import dev.stele.client.internal.history.History;
import org.junit.jupiter.api.Test;

final class AgendaTest {
  /** A clock that runs over soon. */
  private final ManualTime time = new ManualTime(Long.MAX_VALUE - 50);

  private final long origin = time.nanoTime();
  private final Agenda agenda = new Agenda(origin);

  private Held lease(long number) {
    Keeper keeper = new Keeper(() -> null, new History(), time, 1);
    return new Held(
        number,
        new LeaseRef("n" + number, 1),
        new Tenure(time, 10_000, origin),
        keeper,
        new LeaseCalls(null),
        new LeaseThreads(Runnable::run, Runnable::run));
  }

  @Test
  void whatComesFirstIsFirstAlsoWhereTheClockRunsOver() {
    Held late = lease(1);
    Held early = lease(2);
    agenda.put(late, origin + 100);
    agenda.put(early, origin + 10);
    assertThat(agenda.firstNanos()).isEqualTo(origin + 10);
    assertThat(agenda.upTo(origin + 99)).containsExactly(early);
    assertThat(agenda.upTo(origin + 100)).containsExactly(early, late);
  }

  @Test
  void aLeaseHasOneEntry() {
    Held lease = lease(1);
    agenda.put(lease, origin + 10);
    agenda.put(lease, origin + 20);
    assertThat(agenda.upTo(origin + 10)).isEmpty();
    assertThat(agenda.upTo(origin + 20)).containsExactly(lease);
    agenda.remove(lease);
    assertThat(agenda.isEmpty()).isTrue();
  }

  @Test
  void leasesThatComeUpTogetherAreAllThere() {
    Held one = lease(1);
    Held two = lease(2);
    agenda.put(two, origin + 10);
    agenda.put(one, origin + 10);
    assertThat(agenda.upTo(origin + 10)).containsExactly(one, two);
  }
}
