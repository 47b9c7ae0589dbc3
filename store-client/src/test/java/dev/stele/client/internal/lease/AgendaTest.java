// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.lease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.client.LeaseRef;
import org.junit.jupiter.api.Test;

final class AgendaTest {
  /** A clock that runs over soon. */
  private static final long ORIGIN = Long.MAX_VALUE - 50;

  private final ManualTime time = new ManualTime(ORIGIN);
  private final Agenda agenda = new Agenda(ORIGIN);

  private Held lease(long number) {
    Keeper keeper = new Keeper(() -> null, new dev.stele.client.internal.history.History(), time);
    return new Held(
        number,
        new LeaseRef("n" + number, 1),
        new Tenure(time, 10_000, ORIGIN),
        keeper,
        new LeaseCalls(null),
        new LeaseThreads(Runnable::run, Runnable::run));
  }

  @Test
  void whatComesFirstIsFirstAlsoWhereTheClockRunsOver() {
    Held late = lease(1);
    Held early = lease(2);
    agenda.put(late, ORIGIN + 100);
    agenda.put(early, ORIGIN + 10);
    assertThat(agenda.firstNanos()).isEqualTo(ORIGIN + 10);
    assertThat(agenda.upTo(ORIGIN + 99)).containsExactly(early);
    assertThat(agenda.upTo(ORIGIN + 100)).containsExactly(early, late);
  }

  @Test
  void aLeaseHasOneEntry() {
    Held lease = lease(1);
    agenda.put(lease, ORIGIN + 10);
    agenda.put(lease, ORIGIN + 20);
    assertThat(agenda.upTo(ORIGIN + 10)).isEmpty();
    assertThat(agenda.upTo(ORIGIN + 20)).containsExactly(lease);
    agenda.remove(lease);
    assertThat(agenda.isEmpty()).isTrue();
  }

  @Test
  void leasesThatComeUpTogetherAreAllThere() {
    Held one = lease(1);
    Held two = lease(2);
    agenda.put(two, ORIGIN + 10);
    agenda.put(one, ORIGIN + 10);
    assertThat(agenda.upTo(ORIGIN + 10)).containsExactly(one, two);
  }
}
