// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal;

import static dev.stele.client.internal.FakeWatches.put;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.client.Selector;
import dev.stele.client.StoreClient;
import dev.stele.client.Watch;
import dev.stele.client.WatchState;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A listener that is slow costs a bounded amount of memory, and no other watch anything. */
final class WatchFlowTest {
  private static final int MESSAGE = 512 << 10;

  private final FakeCluster cluster = new FakeCluster();
  private final Queue<Runnable> handovers = new ArrayDeque<>();
  private final Seen seen = new Seen();

  @AfterEach
  void close() {
    cluster.close();
  }

  private void handOverAll() {
    while (!handovers.isEmpty()) {
      handovers.remove().run();
    }
  }

  private FakeWatches.Stream stream() {
    return cluster.a.watches.last();
  }

  @Test
  void nothingMoreIsAskedForWhileTheListenerHasEnoughToDo() {
    cluster.watches = handovers::add;
    cluster.client("a:1").watch(Selector.all()).from(11).start(seen);
    stream().begins();
    int sent = 0;
    while (stream().isReady() && sent < 100) {
      stream().events(false, put(11 + sent, "x/a", MESSAGE));
      sent++;
    }
    // Eight messages are 4 MiB, and two are asked for ahead; one more waits in the transport.
    assertThat(sent).isBetween(8, 12);
    assertThat(seen.batches).isEmpty();
    handOverAll();
    assertThat(seen.batches).hasSize(sent);
    assertThat(stream().isReady()).isTrue();
    assertThat(cluster.a.watches.streams).hasSize(1);
  }

  /** One change may be a message for each of many watches: a hand-over for each of them is slow. */
  @Test
  void manySmallMessagesAreAskedForAheadAndLargeOnesOnlyOnceTheyAreSmallAgain() {
    cluster.watches = handovers::add;
    cluster.client("a:1").watch(Selector.all()).from(11).start(seen);
    stream().begins();
    for (int i = 0; i < 100; i++) {
      stream().events(false, put(11 + i, "x/a"));
    }
    handOverAll();
    int large = 0;
    while (stream().isReady() && large < 1_000) {
      stream().events(false, put(200 + large, "x/a", MESSAGE));
      large++;
    }
    assertThat(large).as("4 MiB and those asked for ahead").isBetween(8 + 16, 8 + 32 + 2);
    handOverAll();
    int again = 0;
    while (stream().isReady() && again < 1_000) {
      stream().events(false, put(2_000 + again, "x/a", MESSAGE));
      again++;
    }
    assertThat(again).isBetween(8, 12);
  }

  @Test
  void itsOwnSilenceIsNotTheNodes() {
    cluster.watches = handovers::add;
    Watch watch = cluster.client("a:1").watch(Selector.all()).from(11).start(seen);
    stream().begins();
    for (int i = 0; i < 10; i++) {
      stream().events(false, put(11 + i, "x/a", MESSAGE));
    }
    cluster.time.advance(Duration.ofHours(1));
    assertThat(stream().gone).isFalse();
    assertThat(watch.state()).isEqualTo(WatchState.LIVE);
    handOverAll();
    cluster.time.advance(Duration.ofHours(1));
    assertThat(cluster.a.watches.streams).hasSizeGreaterThan(1);
  }

  @Test
  void aSlowWatchAmongOthersIsTakenOffAndComesBackWithNothingLost() {
    cluster.watches = handovers::add;
    StoreClient client = cluster.client("a:1");
    Seen other = new Seen();
    client.watch(Selector.all()).from(11).start(seen);
    client.watch(Selector.all()).from(11).start(other);
    stream().begins(1, 11);
    stream().begins(2, 11);
    handOverAll();
    for (int i = 0; i < 4; i++) {
      stream().events(1, false, put(11 + i, "x/a", MESSAGE));
    }
    assertThat(stream().requests).anyMatch(request -> request.getCancel().getWatchId() == 1);
    // What was on its way when it was taken off is not handed over, and comes again.
    stream().events(1, false, put(15, "x/a", MESSAGE));
    for (int i = 0; i < 100; i++) {
      stream().events(2, false, put(11 + i, "x/b"));
    }
    assertThat(stream().creates()).hasSize(2);
    handOverAll();
    assertThat(other.batches).hasSize(100);
    assertThat(stream().lastCreate().getWatchId()).isEqualTo(3);
    assertThat(stream().lastCreate().getFromRevision()).isEqualTo(15);
    stream().begins().events(3, false, put(15, "x/a"));
    handOverAll();
    assertThat(seen.words)
        .containsExactly("LIVE", "11 a", "12 a", "13 a", "14 a", "CATCHING_UP", "LIVE", "15 a");
  }

  @Test
  void aListenerThatIsStuckKeepsNoMoreThanTheLatestState() {
    cluster.watches = handovers::add;
    cluster.client("a:1", "b:1").watch(Selector.all()).from(11).start(seen);
    for (int i = 0; i < 20; i++) {
      FakeNode node = i % 2 == 0 ? cluster.a : cluster.b;
      node.watches.last().begins().breaks();
      cluster.time.advance(Duration.ofSeconds(10));
    }
    handOverAll();
    assertThat(seen.words).containsExactly("RECONNECTING");
  }

  @Test
  void whatIsNotHandedOverWhenAWatchIsClosedIsDropped() {
    cluster.watches = handovers::add;
    Watch watch = cluster.client("a:1").watch(Selector.all()).from(11).start(seen);
    stream().begins().events(false, put(11, "x/a"));
    watch.close();
    assertThat(watch.closed()).isNotDone();
    handOverAll();
    assertThat(seen.words).containsExactly("CLOSED");
    assertThat(watch.closed()).isCompleted();
  }
}
