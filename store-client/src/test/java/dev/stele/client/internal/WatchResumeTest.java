// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal;

import static dev.stele.client.internal.FakeWatches.fact;
import static dev.stele.client.internal.FakeWatches.problem;
import static dev.stele.client.internal.FakeWatches.put;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.client.Selector;
import dev.stele.client.StoreClient;
import dev.stele.client.Watch;
import dev.stele.client.WatchState;
import dev.stele.client.error.CorruptException;
import dev.stele.client.error.FencedException;
import dev.stele.client.error.LimitExceededException;
import dev.stele.client.error.Reason;
import dev.stele.client.error.WrongEpochException;
import dev.stele.proto.v1.CreateWatch;
import io.grpc.Status;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A watch goes on over whatever becomes of nodes, and ends when a promise is broken. */
final class WatchResumeTest {
  private static final Duration MOMENT = Duration.ofSeconds(1);

  private final FakeCluster cluster = new FakeCluster();
  private final Seen seen = new Seen();

  @AfterEach
  void close() {
    cluster.close();
  }

  private FakeWatches.Stream a() {
    return cluster.a.watches.last();
  }

  private FakeWatches.Stream b() {
    return cluster.b.watches.last();
  }

  private Watch from11() {
    return cluster.client("a:1", "b:1").watch(Selector.all()).from(11).start(seen);
  }

  @Test
  void aBrokenStreamGoesOnAtAnotherNodeBehindTheLastWholeRevision() {
    from11();
    a().begins().events(false, put(11, "desired/a"), put(12, "desired/b"));
    a().events(true, put(13, "desired/c")).breaks();
    assertThat(seen.states()).endsWith(WatchState.RECONNECTING);
    assertThat(seen.lastStatus().endpoint()).isEqualTo("a:1");
    cluster.time.advance(MOMENT);

    assertThat(b().lastCreate().getFromRevision()).isEqualTo(13);
    b().begins().events(false, put(13, "desired/c"), put(13, "desired/d"));
    assertThat(seen.words)
        .containsExactly(
            "CATCHING_UP", "LIVE", "11 a", "12 b", "RECONNECTING", "CATCHING_UP", "LIVE", "13 c d");
  }

  @Test
  void whatAMarkHasPassedIsNotAskedForAgain() {
    from11();
    a().begins().mark(25).breaks();
    cluster.time.advance(MOMENT);
    assertThat(b().lastCreate().getFromRevision()).isEqualTo(26);
  }

  @Test
  void aWatchFromNowGoesOnFromWhereItsFirstNodeBeganIt() {
    cluster.client("a:1", "b:1").watch(Selector.all()).start(seen);
    a().begins(1, 11).breaks();
    cluster.time.advance(MOMENT);
    assertThat(b().lastCreate().getFromRevision()).isEqualTo(11);
  }

  @Test
  void firstFactsThatWereCutOffComeAnewAndSaySo() {
    cluster.client("a:1", "b:1").watch(Selector.all()).fromInitialState().start(seen);
    a().begins(1, 11).page(10, false, fact(2, "desired/a")).breaks();
    cluster.time.advance(MOMENT);
    assertThat(b().lastCreate().getInitialState()).isTrue();
    b().begins(1, 13).page(12, true, fact(2, "desired/a"), fact(12, "desired/b"));
    assertThat(seen.words).contains("first 10 a", "first 12 a b last");
  }

  @Test
  void aPartThatWasHandedOverDoesNotComeAgain() {
    from11();
    a().begins();
    for (int i = 0; i < 9; i++) {
      a().events(true, put(11, "desired/" + i, 1 << 20));
    }
    a().breaks();
    cluster.time.advance(MOMENT);
    assertThat(b().lastCreate().getFromRevision()).isEqualTo(11);
    b().begins();
    for (int i = 0; i < 10; i++) {
      b().events(i < 9, put(11, "desired/" + i, 1 << 10));
    }
    assertThat(seen.words).contains("11 0 1 2 3 4 5 6 7 …", "11 8 9");
  }

  @Test
  void theRestOfAPartMustCome() {
    Watch watch = from11();
    a().begins();
    for (int i = 0; i < 9; i++) {
      a().events(true, put(11, "desired/" + i, 1 << 20));
    }
    a().breaks();
    cluster.time.advance(MOMENT);
    b().begins().events(false, put(12, "desired/x"));
    Failures.of(watch.closed(), CorruptException.class);
  }

  @Test
  void itAsksAgainForEverWithABackoffThatGrowsAndIsDrawnByLot() throws InterruptedException {
    cluster.time.random = 0.999;
    cluster.stop("a:1");
    Watch watch = cluster.client("a:1").watch(Selector.all()).from(11).start(seen);
    cluster.time.advance(Duration.ofMinutes(10));
    assertThat(watch.state()).isEqualTo(WatchState.RECONNECTING);
    assertThat(seen.statuses).hasSize(1);
    assertThat(cluster.time.delays()).contains(Duration.ofNanos(24_975_000));
    assertThat(cluster.time.delays()).contains(Duration.ofNanos(799_200_000));
    assertThat(cluster.time.delays().stream().filter(delay -> delay.toMillis() < 400).count())
        .isLessThan(10 + cluster.time.delays().stream().filter(d -> d.toMillis() == 50).count());

    cluster.restart("a:1", cluster.a);
    cluster.time.advance(MOMENT);
    a().begins();
    assertThat(watch.state()).isEqualTo(WatchState.LIVE);
  }

  @Test
  void aNodeThatLosesItsLeaderIsLeftForAnother() {
    from11();
    a().begins().ends(problem("NO_QUORUM"));
    cluster.time.advance(MOMENT);
    assertThat(a().gone).isTrue();
    assertThat(b().lastCreate().getFromRevision()).isEqualTo(11);
    assertThat(seen.states())
        .containsExactly(WatchState.CATCHING_UP, WatchState.LIVE, WatchState.RECONNECTING);
  }

  @Test
  void aNodeThatIsOverloadedIsAskedAgainAfterWhatItSays() {
    from11();
    a().refuses(problem("OVERLOADED").setRetryAfterMillis(3_000));
    cluster.time.advance(Duration.ofMillis(2_900));
    assertThat(a().creates()).hasSize(1);
    cluster.time.advance(Duration.ofMillis(200));
    assertThat(a().creates()).hasSize(2);
    assertThat(a().lastCreate().getWatchId()).isEqualTo(2);
  }

  @Test
  void aStreamWithoutMarksIsTakenForDead() {
    cluster
        .client("a:1", "b:1")
        .watch(Selector.all())
        .from(11)
        .progressEvery(Duration.ofSeconds(2))
        .start(seen);
    a().begins();
    cluster.time.advance(Duration.ofMillis(6_900));
    a().mark(11);
    cluster.time.advance(Duration.ofMillis(6_900));
    assertThat(a().gone).isFalse();
    cluster.time.advance(Duration.ofMillis(700));
    assertThat(a().gone).isTrue();
    assertThat(b().lastCreate().getFromRevision()).isEqualTo(12);
    assertThat(seen.lastStatus().cause().orElseThrow()).hasMessageContaining("2000 ms");
  }

  @Test
  void aNodeThatNeverBeginsIsLeftAndPatienceGrows() {
    cluster
        .client("a:1", "b:1")
        .watch(Selector.all())
        .progressEvery(Duration.ofSeconds(1))
        .start(seen);
    cluster.time.advance(Duration.ofSeconds(8));
    assertThat(cluster.b.watches.streams).isEmpty();
    cluster.time.advance(Duration.ofSeconds(2));
    assertThat(cluster.b.watches.streams).hasSize(1);
    cluster.time.advance(Duration.ofSeconds(16));
    assertThat(cluster.a.watches.streams).hasSize(1);
    cluster.time.advance(Duration.ofSeconds(4));
    assertThat(cluster.a.watches.streams).hasSize(2);
  }

  @Test
  void manyWatchesShareAStreamAndGoOnTogether() {
    StoreClient client = cluster.client("a:1", "b:1");
    for (int i = 0; i < 5; i++) {
      client.watch(Selector.all()).from(11 + i).start(new Seen());
    }
    assertThat(cluster.a.watches.streams).hasSize(1);
    a().breaks();
    cluster.time.advance(MOMENT);
    assertThat(b().creates())
        .extracting(CreateWatch::getFromRevision)
        .containsExactly(11L, 12L, 13L, 14L, 15L);
    assertThat(cluster.b.watches.streams).hasSize(1);
  }

  @Test
  void aPinnedWatchAsksItsNodeOnly() {
    cluster.client("a:1", "b:1").watch(Selector.all()).from(11).at("b:1").start(seen);
    b().breaks();
    cluster.time.advance(MOMENT);
    assertThat(cluster.b.watches.streams).hasSize(2);
    assertThat(cluster.a.watches.streams).isEmpty();
  }

  @Test
  void anotherEpochEndsItTyped() {
    Watch watch = from11();
    a().begins();
    cluster.a.header = cluster.a.header.toBuilder().setEpoch(2).build();
    a().mark(12);
    Failures.of(watch.closed(), WrongEpochException.class);
    assertThat(a().gone).isTrue();
  }

  @Test
  void aNodeThatKnowsAnotherEpochEndsItTyped() {
    Watch watch = from11();
    a().breaks(Errors.of(Status.Code.FAILED_PRECONDITION, Reason.WRONG_EPOCH));
    Failures.of(watch.closed(), WrongEpochException.class);
    assertThat(watch.state()).isEqualTo(WatchState.FAILED);
  }

  @Test
  void aForgottenEpochIsNotMistakenForTheOneThatTheWatchBeganIn() {
    StoreClient client = cluster.client("a:1", "b:1");
    Watch watch = client.watch(Selector.all()).from(11).start(seen);
    a().begins().breaks();
    client.forgetEpoch();
    cluster.b.header = cluster.b.header.toBuilder().setEpoch(2).build();
    cluster.time.advance(MOMENT);
    b().begins();
    Failures.of(watch.closed(), WrongEpochException.class);
  }

  @Test
  void revisionsNeverGoBack() {
    broken(stream -> stream.events(false, put(12, "desired/a"), put(11, "desired/b")));
  }

  @Test
  void aRevisionDoesNotComeTwice() {
    broken(stream -> stream.events(false, put(11, "x/a")).events(false, put(11, "x/b")));
  }

  @Test
  void aRevisionInPiecesIsGoneOnWith() {
    broken(stream -> stream.events(true, put(11, "x/a")).events(false, put(12, "x/b")));
  }

  @Test
  void aMarkIsNotBehindTheEvents() {
    broken(stream -> stream.events(false, put(14, "desired/a")).mark(13));
  }

  @Test
  void aMarkDoesNotComeAmidARevision() {
    broken(stream -> stream.events(true, put(14, "desired/a")).mark(14));
  }

  @Test
  void firstFactsComeOnlyWhereTheyWereAskedFor() {
    broken(stream -> stream.page(10, true));
  }

  @Test
  void whatStoodBeforeIsOfTheSameKeyAndOlder() {
    broken(
        stream ->
            stream.events(false, put(11, "x/a").toBuilder().setPrevious(fact(11, "x/a")).build()));
  }

  @Test
  void aNodeBeginsWhereItWasAskedTo() {
    Watch watch = from11();
    a().begins(1, 12);
    assertThat(Failures.of(watch.closed(), CorruptException.class)).hasMessageContaining("12");
  }

  @Test
  void pagesAreOfOneRevisionAndInOrder() {
    Watch watch = cluster.client("a:1").watch(Selector.all()).fromInitialState().start(seen);
    a().begins(1, 11).page(10, false, fact(2, "x/b")).page(10, true, fact(2, "x/a"));
    Failures.of(watch.closed(), CorruptException.class);
    Watch other = cluster.client("a:1").watch(Selector.all()).fromInitialState().start(seen);
    a().begins(1, 11).page(10, false, fact(2, "x/b")).page(9, true);
    Failures.of(other.closed(), CorruptException.class);
  }

  private void broken(java.util.function.Consumer<FakeWatches.Stream> says) {
    Watch watch = from11();
    a().begins();
    says.accept(a());
    Failures.of(watch.closed(), CorruptException.class);
    assertThat(watch.state()).isEqualTo(WatchState.FAILED);
    assertThat(a().gone).isTrue();
  }

  @Test
  void aNewerWatcherOfTheNameEndsThisOne() {
    Watch watch = cluster.client("a:1").watch(Selector.all()).named("edge-7").start(seen);
    a().begins().ends(problem("FENCED"));
    Failures.of(watch.closed(), FencedException.class);
  }

  @Test
  void theIncarnationGrowsWithEachStreamWhateverTheClockDoes() {
    cluster.client("a:1", "b:1").watch(Selector.all()).named("edge-7").start(seen);
    a().breaks();
    cluster.time.wallMicros = 5;
    cluster.time.advance(MOMENT);
    b().breaks();
    cluster.time.wallMicros = 70_000_000;
    cluster.time.advance(MOMENT);
    assertThat(cluster.a.watches.streams.get(0).lastCreate().getWatcher().getIncarnation())
        .isEqualTo(1_000_000);
    assertThat(b().lastCreate().getWatcher().getIncarnation()).isEqualTo(1_000_001);
    assertThat(a().lastCreate().getWatcher().getIncarnation()).isEqualTo(70_000_000);
  }

  @Test
  void aClientHasSoManyWatches() {
    StoreClient client = cluster.client("a:1");
    Watch first = client.watch(Selector.all()).start(seen);
    for (int i = 1; i < 10_000; i++) {
      client.watch(Selector.all()).start(batch -> {});
    }
    assertThat(a().creates()).hasSize(10_000);
    Watch tooMany = client.watch(Selector.all()).start(new Seen());
    assertThat(Failures.of(tooMany.closed(), LimitExceededException.class).reason())
        .isEqualTo(Reason.LIMIT_REACHED);
    first.close();
    assertThat(client.watch(Selector.all()).start(seen).closed()).isNotDone();
  }
}
