// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal;

import static dev.stele.client.internal.FakeWatches.delete;
import static dev.stele.client.internal.FakeWatches.fact;
import static dev.stele.client.internal.FakeWatches.problem;
import static dev.stele.client.internal.FakeWatches.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stele.client.Selector;
import dev.stele.client.StoreClient;
import dev.stele.client.Watch;
import dev.stele.client.WatchBuilder;
import dev.stele.client.WatchEvent;
import dev.stele.client.WatchState;
import dev.stele.client.error.CompactedException;
import dev.stele.client.error.InvalidRequestException;
import dev.stele.client.error.UnavailableException;
import dev.stele.client.kind.Kinds;
import dev.stele.proto.v1.CreateWatch;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a watch asks for, what it hands over, and how it ends. The node stands at revision 10. */
final class WatchTest {
  private final FakeCluster cluster = new FakeCluster();
  private final Seen seen = new Seen();

  @AfterEach
  void close() {
    cluster.close();
  }

  private WatchBuilder watch() {
    return cluster.client("a:1").watch(Selector.prefix("desired/"));
  }

  private FakeWatches.Stream stream() {
    return cluster.a.watches.last();
  }

  @Test
  void allThatIsAskedForIsOnTheWire() {
    watch()
        .kinds("desired", "member")
        .from(5)
        .withPrevious()
        .putsOnly()
        .latestOnly()
        .progressEvery(Duration.ofSeconds(2))
        .stayWithoutLeader()
        .named("edge-7")
        .start(seen);
    CreateWatch create = stream().lastCreate();
    assertThat(create.getSelector().getPrefix().toStringUtf8()).isEqualTo("desired/");
    assertThat(create.getSelector().getKindsList()).containsExactly("desired", "member");
    assertThat(create.getFromRevision()).isEqualTo(5);
    assertThat(create.getPrevious()).isTrue();
    assertThat(create.getWithoutDeletes()).isTrue();
    assertThat(create.getWithoutPuts()).isFalse();
    assertThat(create.getLatestOnly()).isTrue();
    assertThat(create.getProgressIntervalMillis()).isEqualTo(2_000);
    assertThat(create.getStayWithoutLeader()).isTrue();
    assertThat(create.getWatcher().getName()).isEqualTo("edge-7");
    assertThat(create.getWatcher().getIncarnation()).isEqualTo(cluster.time.wallMicros);
  }

  @Test
  void withoutMoreItBeginsNowAndSeesAll() {
    cluster.client("a:1").watch(Selector.range("a/a", "b/b")).start(seen);
    CreateWatch create = stream().lastCreate();
    assertThat(create.getNow()).isTrue();
    assertThat(create.getSelector().getRange().getTo().toStringUtf8()).isEqualTo("b/b");
    assertThat(create.getWithoutPuts() || create.getWithoutDeletes()).isFalse();
    assertThat(create.hasWatcher()).isFalse();
    assertThat(create.getProgressIntervalMillis()).isEqualTo(10_000);
  }

  @Test
  void badInputIsSaidAtOnce() {
    WatchBuilder builder = watch();
    assertThatThrownBy(() -> builder.from(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.named("a b")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.named("a".repeat(121)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.at("nowhere")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.progressEvery(WatchBuilder.MIN_PROGRESS.minusMillis(1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.progressEvery(WatchBuilder.MAX_PROGRESS.plusMillis(1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.putsOnly().deletesOnly())
        .isInstanceOf(IllegalStateException.class);
    builder.named("a".repeat(120)).progressEvery(WatchBuilder.MIN_PROGRESS);
    builder.progressEvery(WatchBuilder.MAX_PROGRESS);
  }

  @Test
  void eventsComeByRevisionWithWhatTheyDid() {
    Watch watch = watch().from(11).start(seen);
    WatchEvent[] got = new WatchEvent[1];
    stream().begins().events(false, put(11, "desired/a"), delete(11, "desired/b"));
    stream().events(false, put(12, "desired/a"), put(14, "desired/c"));

    assertThat(seen.words).containsExactly("CATCHING_UP", "LIVE", "11 a b", "12 a", "14 c");
    assertThat(watch.position()).isEqualTo(14);
    assertThat(seen.batches.get(0).node()).isEqualTo("a:1");
    got[0] = seen.batches.get(0).events().get(0);
    assertThat(got[0].type()).isEqualTo(WatchEvent.Type.PUT);
    assertThat(got[0].fact().orElseThrow().modRevision()).isEqualTo(11);
    got[0] = seen.batches.get(0).events().get(1);
    assertThat(got[0].type()).isEqualTo(WatchEvent.Type.DELETE);
    assertThat(got[0].revision()).isEqualTo(11);
    assertThat(got[0].fact()).isEmpty();
  }

  @Test
  void theStateBeforeComesAlongAndBodiesDecodeByTheirKind() {
    watch().from(11).withPrevious().start(seen);
    dev.stele.proto.v1.WatchEvent event =
        put(11, "desired/a", 0).toBuilder().setPrevious(fact(9, "desired/a", 0)).build();
    stream().begins().events(false, event);

    WatchEvent got = seen.batches.get(0).events().get(0);
    assertThat(got.previous().orElseThrow().modRevision()).isEqualTo(9);
    assertThat(got.fact(Kinds.DESIRED).orElseThrow().body().replicas()).isZero();
    assertThat(got.previous(Kinds.DESIRED)).isPresent();
    assertThatThrownBy(() -> got.fact(Kinds.MEMBER))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("member");
  }

  @Test
  void aRevisionInPiecesIsHandedOverWhole() {
    watch().from(11).start(seen);
    stream().begins().events(true, put(11, "desired/a"));
    stream().events(true, put(11, "desired/b"));
    assertThat(seen.batches).isEmpty();
    stream().events(false, put(11, "desired/c"), put(12, "desired/d"));
    assertThat(seen.words).contains("11 a b c", "12 d");
  }

  @Test
  void aRevisionBeyondTheBufferComesInPartsThatSayTheyAre() {
    watch().from(11).start(seen);
    stream().begins();
    for (int i = 0; i < 9; i++) {
      stream().events(true, put(11, "desired/" + i, 1 << 20));
    }
    assertThat(seen.batches).hasSize(1);
    assertThat(seen.batches.get(0).partial()).isTrue();
    stream().events(false, put(11, "desired/last"));
    assertThat(seen.words).contains("11 0 1 2 3 4 5 6 7 …", "11 8 last");
  }

  @Test
  void firstFactsComeInPagesAndThenWhatChanged() {
    Watch watch = watch().fromInitialState().start(seen);
    assertThat(stream().lastCreate().getInitialState()).isTrue();
    stream()
        .begins(1, 11)
        .page(10, false, fact(3, "desired/a"))
        .page(10, true, fact(2, "desired/b"));
    stream().events(false, put(11, "desired/c"));
    assertThat(seen.words)
        .containsExactly("CATCHING_UP", "first 10 a", "page 10 b last", "LIVE", "11 c");
    assertThat(watch.position()).isEqualTo(11);
  }

  @Test
  void itIsLiveOnceAllThatTheNodeHadIsHere() {
    Watch watch = watch().from(3).start(seen);
    stream().begins();
    assertThat(watch.state()).isEqualTo(WatchState.CATCHING_UP);
    assertThat(stream().requests.get(1).hasProgress()).isTrue();
    stream().events(false, put(4, "desired/a"));
    assertThat(watch.state()).isEqualTo(WatchState.CATCHING_UP);
    stream().mark(10);
    assertThat(watch.state()).isEqualTo(WatchState.LIVE);
    assertThat(watch.position()).isEqualTo(10);
    assertThat(seen.words).containsExactly("CATCHING_UP", "4 a", "mark 10", "LIVE");
  }

  @Test
  void aNodeThatKnowsNoLeaderIsNotThePresentUnlessThatWillDo() {
    cluster.a.header = cluster.a.header.toBuilder().clearLeader().build();
    Watch watch = watch().from(11).start(seen);
    stream().begins().mark(11);
    assertThat(watch.state()).isEqualTo(WatchState.CATCHING_UP);
    cluster.a.header = cluster.a.header.toBuilder().setLeader("a:1").build();
    stream().mark(12);
    assertThat(watch.state()).isEqualTo(WatchState.LIVE);

    cluster.a.header = cluster.a.header.toBuilder().clearLeader().build();
    Watch stays = watch().from(11).stayWithoutLeader().start(new Seen());
    stream().begins();
    assertThat(stays.state()).isEqualTo(WatchState.LIVE);
  }

  @Test
  void compactedIsTheEndWithTheFloor() {
    Watch watch = watch().from(3).start(seen);
    stream().refuses(problem("COMPACTED").setFloor(7));
    assertThat(seen.states()).containsExactly(WatchState.COMPACTED);
    assertThat(seen.lastStatus().endpoint()).isEqualTo("a:1");
    assertThat(Failures.of(watch.closed(), CompactedException.class).floor()).isEqualTo(7);
    cluster.time.advance(Duration.ofMinutes(1));
    assertThat(cluster.a.watches.streams).hasSize(1);
  }

  @Test
  void compactedLeadsToAllFactsWhereThatIsWanted() {
    Watch watch = watch().from(3).restartWhenCompacted().start(seen);
    stream().begins().ends(problem("COMPACTED").setFloor(7));
    cluster.time.advance(Duration.ofSeconds(1));
    assertThat(stream().lastCreate().getInitialState()).isTrue();
    stream().begins(2, 11).page(10, true, fact(3, "desired/a")).events(false, put(11, "desired/b"));
    assertThat(seen.words)
        .containsExactly(
            "CATCHING_UP", "COMPACTED", "CATCHING_UP", "first 10 a last", "LIVE", "11 b");
    assertThat(watch.closed()).isNotDone();
  }

  @Test
  void aRefusalIsTypedAndLeavesTheOthersAlone() {
    StoreClient client = cluster.client("a:1");
    Seen other = new Seen();
    client.watch(Selector.all()).start(other);
    stream().begins();
    Watch watch = client.watch(Selector.all()).kinds("nokind").start(seen);
    stream().refuses(problem("UNKNOWN_KIND").setField("create.selector.kinds[0]"));
    assertThat(Failures.of(watch.closed(), InvalidRequestException.class).field())
        .contains("create.selector.kinds[0]");
    assertThat(seen.states()).containsExactly(WatchState.FAILED);
    stream().events(1, false, put(11, "desired/a"));
    assertThat(other.words).containsExactly("CATCHING_UP", "LIVE", "11 a");
  }

  @Test
  void closingCancelsAndTellsLast() {
    StoreClient client = cluster.client("a:1");
    Watch watch = client.watch(Selector.all()).start(seen);
    Watch other = client.watch(Selector.all()).start(new Seen());
    watch.close();
    watch.close();
    assertThat(watch.closed()).isCompleted();
    assertThat(seen.states()).containsExactly(WatchState.CLOSED);
    assertThat(stream().requests.get(2).getCancel().getWatchId()).isEqualTo(1);
    assertThat(stream().gone).isFalse();
    other.close();
    assertThat(stream().gone).isTrue();
  }

  @Test
  void theClientsEndIsTheWatchesEnd() {
    StoreClient client = cluster.client("a:1");
    Watch watch = client.watch(Selector.all()).start(seen);
    client.close();
    assertThat(watch.closed()).isCompleted();
    assertThat(stream().gone).isTrue();
    Watch late = client.watch(Selector.all()).start(new Seen());
    Failures.of(late.closed(), UnavailableException.class);
  }

  @Test
  void aListenerThatThrowsEndsItsWatchAndIsToldSo() {
    IllegalStateException fault = new IllegalStateException("out of order");
    Seen throwing =
        new Seen() {
          @Override
          public void onBatch(dev.stele.client.WatchBatch batch) {
            throw fault;
          }
        };
    StoreClient client = cluster.client("a:1");
    Watch watch = client.watch(Selector.all()).from(11).start(throwing);
    stream().begins().events(false, put(11, "desired/a"), put(12, "desired/b"));

    assertThat(watch.state()).isEqualTo(WatchState.FAILED);
    assertThat(throwing.lastStatus().cause()).contains(fault);
    assertThat(watch.position()).isEqualTo(10);
    assertThatThrownBy(() -> watch.closed().join()).hasCause(fault);
    assertThat(stream().gone).isTrue();
  }
}
