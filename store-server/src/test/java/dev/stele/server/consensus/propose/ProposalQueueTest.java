// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.propose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.server.core.command.Expect;
import dev.stele.server.core.command.Put;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.Limits;
import dev.stele.server.port.Origin;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Whose turn it is, and who goes when there is no room. */
final class ProposalQueueTest {
  private static final Origin FLOOD = new Origin("n0/1");
  private static final Origin OTHER_FLOOD = new Origin("n0/2");
  private static final Origin MODEST = new Origin("n1/3");
  private static final int LARGE = 16 << 10;
  private static final int SMALL = 200;

  private final ProposalQueue queue = new ProposalQueue();
  private final List<Pending> dropped = new ArrayList<>();

  private static Pending pending(Origin origin, int bytes) {
    Put command =
        new Put(Key.of("config/a"), Bytes.EMPTY, Expect.ANYTHING, Optional.empty(), List.of());
    return new Pending(command, bytes, 100, 0, origin);
  }

  private Pending offer(Origin origin, int bytes) {
    Pending pending = pending(origin, bytes);
    assertThat(queue.offer(pending)).isEmpty();
    return pending;
  }

  private void add(Origin origin, int bytes) {
    assertThat(queue.offer(pending(origin, bytes))).isEmpty();
  }

  private List<Pending> gatherAll() {
    List<Pending> all = new ArrayList<>();
    while (!queue.isEmpty()) {
      all.addAll(queue.gather(0, Limits.ENTRY_MAX_BYTES, dropped));
    }
    return all;
  }

  @Test
  void commandsOfOneOriginStayInOrder() {
    List<Pending> offered = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      offered.add(offer(FLOOD, i % 2 == 0 ? LARGE : SMALL));
    }
    assertThat(gatherAll()).isEqualTo(offered);
  }

  @Test
  void aSmallCommandDoesNotWaitBehindAFloodOfLargeOnes() {
    for (int i = 0; i < 500; i++) {
      add(FLOOD, LARGE);
      add(new Origin("n0/" + (100 + i)), LARGE);
    }
    Pending small = offer(MODEST, SMALL);
    assertThat(queue.gather(0, Limits.ENTRY_MAX_BYTES, dropped).get(0)).isSameAs(small);
  }

  @Test
  void originsShareByBytes() {
    for (int i = 0; i < 100; i++) {
      add(FLOOD, LARGE);
      add(FLOOD, LARGE);
      add(OTHER_FLOOD, 2 * LARGE);
    }
    List<Pending> entry = queue.gather(0, Limits.ENTRY_MAX_BYTES, dropped);
    long flood = entry.stream().filter(p -> p.origin().equals(FLOOD)).count();
    long other = entry.stream().filter(p -> p.origin().equals(OTHER_FLOOD)).count();
    assertThat(flood).isBetween(2 * other - 2, 2 * other + 2);
  }

  @Test
  void aLargeCommandIsNotOvertakenForEver() {
    Pending large = offer(FLOOD, LARGE);
    int overtook = 0;
    while (!large.isDone()) {
      add(MODEST, SMALL);
      add(MODEST, SMALL);
      List<Pending> entry = queue.gather(0, Limits.ENTRY_MAX_BYTES, dropped);
      overtook += entry.size();
      if (entry.contains(large)) {
        break;
      }
    }
    assertThat(overtook).isLessThanOrEqualTo(LARGE / SMALL + 2);
  }

  @Test
  void theStoresOwnWorkGoesBeforeEverything() {
    add(MODEST, SMALL);
    Pending own = offer(Origin.STORE, LARGE);
    assertThat(queue.gather(0, Limits.ENTRY_MAX_BYTES, dropped).get(0)).isSameAs(own);
  }

  @Test
  void whenThereIsNoRoomTheFloodMakesItAndNotTheModest() {
    List<Pending> flood = new ArrayList<>();
    while (queue.bytes() + LARGE <= ProposalQueue.MAX_BYTES) {
      flood.add(offer(FLOOD, LARGE));
    }
    Pending small = pending(MODEST, LARGE / 2);
    assertThat(queue.offer(small)).containsExactly(flood.get(flood.size() - 1));
    Pending more = pending(FLOOD, LARGE);
    assertThat(queue.offer(more)).as("the flood itself").containsExactly(more);
    assertThat(queue.bytes()).isLessThanOrEqualTo(ProposalQueue.MAX_BYTES);
  }

  @Test
  void asManyGoAsTheRoomNeeds() {
    for (int i = 0; i < ProposalQueue.MAX_BYTES / LARGE; i++) {
      add(FLOOD, LARGE);
    }
    assertThat(queue.offer(pending(MODEST, 3 * LARGE - 1))).hasSize(3);
    assertThat(queue.commands()).isEqualTo((int) (ProposalQueue.MAX_BYTES / LARGE) - 2);
  }

  @Test
  void commandsAreBoundedToo() {
    for (int i = 0; i < ProposalQueue.MAX_COMMANDS; i++) {
      add(FLOOD, SMALL);
    }
    assertThat(queue.fill()).isEqualTo(1);
    Pending beyond = pending(FLOOD, SMALL);
    assertThat(queue.offer(beyond)).containsExactly(beyond);
    assertThat(queue.offer(pending(MODEST, SMALL)))
        .hasSize(1)
        .allMatch(p -> p.origin().equals(FLOOD));
    assertThat(queue.commands()).isEqualTo(ProposalQueue.MAX_COMMANDS);
  }

  @Test
  void whatIsLateOrOfNobodyIsDroppedAndNotGathered() {
    Pending gone = offer(FLOOD, SMALL);
    gone.cancel(false);
    Pending waiting = offer(FLOOD, SMALL);
    assertThat(queue.gather(99, Limits.ENTRY_MAX_BYTES, dropped)).containsExactly(waiting);
    assertThat(dropped).containsExactly(gone);
    Pending late = offer(FLOOD, SMALL);
    assertThat(queue.gather(100, Limits.ENTRY_MAX_BYTES, dropped)).isEmpty();
    assertThat(dropped).containsExactly(gone, late);
  }

  @Test
  void whatIsTakenOutLeavesNothingBehind() {
    for (int i = 0; i < 10; i++) {
      add(FLOOD, LARGE);
      add(MODEST, SMALL);
    }
    assertThat(queue.takeOut(p -> p.origin().equals(FLOOD))).hasSize(10);
    assertThat(queue.bytes()).isEqualTo(10L * SMALL);
    assertThat(gatherAll()).hasSize(10);
    assertThat(queue.bytes()).isZero();
    assertThat(queue.isEmpty()).isTrue();
    assertThat(queue.gather(0, Limits.ENTRY_MAX_BYTES, dropped)).isEmpty();
  }

  @Test
  void aCommandThatIsLargerThanASmallEntryGoesAlone() {
    Pending large = offer(FLOOD, LARGE);
    add(FLOOD, LARGE);
    assertThat(queue.gather(0, SMALL, dropped)).containsExactly(large);
  }

  @Test
  void anEntryIsFilledAndNotOverfilled() {
    for (int i = 0; i < 100; i++) {
      add(FLOOD, LARGE);
    }
    int bytes =
        queue.gather(0, Limits.ENTRY_MAX_BYTES, dropped).stream().mapToInt(Pending::bytes).sum();
    assertThat(bytes).isBetween(Limits.ENTRY_MAX_BYTES - 2 * LARGE, Limits.ENTRY_MAX_BYTES);
  }
}
