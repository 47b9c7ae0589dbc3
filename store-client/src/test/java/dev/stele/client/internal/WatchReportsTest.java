// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal;

import static dev.stele.client.internal.FakeWatches.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stele.client.Selector;
import dev.stele.client.Watch;
import dev.stele.client.WatchBatch;
import dev.stele.client.WatchListener;
import dev.stele.client.error.Reason;
import dev.stele.proto.v1.ReportApplied;
import dev.stele.proto.v1.WatchRefused;
import dev.stele.proto.v1.WatchRequest;
import dev.stele.proto.v1.WatchResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What named watchers say of what they saw. */
final class WatchReportsTest {
  private final FakeCluster cluster = new FakeCluster();
  private final Seen seen = new Seen();

  @AfterEach
  void close() {
    cluster.close();
  }

  private Watch named() {
    Watch watch =
        cluster.client("a:1", "b:1").watch(Selector.all()).from(11).named("edge-7").start(seen);
    cluster.a.watches.last().begins();
    return watch;
  }

  private static List<ReportApplied> reports(FakeWatches.Stream stream) {
    return stream.requests.stream()
        .filter(WatchRequest::hasReport)
        .map(WatchRequest::getReport)
        .toList();
  }

  @Test
  void reportsTravelOnTheStream() {
    Watch watch = named();
    cluster.a.watches.last().events(false, put(11, "x/a"), put(12, "x/b"));
    watch.applied(11);
    watch.refused(12, "no such image");
    assertThat(reports(cluster.a.watches.last()))
        .containsExactly(
            ReportApplied.newBuilder().setWatchId(1).setRevision(11).build(),
            ReportApplied.newBuilder()
                .setWatchId(1)
                .setRevision(12)
                .setRefusal("no such image")
                .build());
  }

  @Test
  void theListenerMayReportWhatItIsBeingHanded() {
    WatchListener reporting =
        new WatchListener() {
          private Watch self;

          @Override
          public void onStart(Watch watch) {
            self = watch;
          }

          @Override
          public void onBatch(WatchBatch batch) {
            self.applied(batch.revision());
          }
        };
    cluster.client("a:1").watch(Selector.all()).from(11).named("edge-7").start(reporting);
    cluster.a.watches.last().begins().events(false, put(11, "x/a"));
    cluster.a.watches.last().events(false, put(12, "x/b"));
    assertThat(reports(cluster.a.watches.last()))
        .extracting(ReportApplied::getRevision)
        .containsExactly(11L, 12L);
  }

  @Test
  void aNewStreamIsToldWhatStands() {
    Watch watch = named();
    cluster.a.watches.last().events(false, put(11, "x/a"), put(12, "x/b"), put(13, "x/c"));
    watch.applied(11);
    watch.refused(12, "no");
    watch.applied(12);
    watch.refused(13, "never");
    cluster.a.watches.last().breaks();
    cluster.time.advance(Duration.ofSeconds(1));
    assertThat(reports(cluster.b.watches.last())).isEmpty();
    cluster.b.watches.last().begins();
    assertThat(reports(cluster.b.watches.last()))
        .containsExactly(
            ReportApplied.newBuilder().setWatchId(1).setRevision(12).build(),
            ReportApplied.newBuilder().setWatchId(1).setRevision(13).setRefusal("never").build());
  }

  @Test
  void anEarlierReportChangesNothing() {
    Watch watch = named();
    cluster.a.watches.last().events(false, put(11, "x/a"), put(12, "x/b"));
    watch.applied(12);
    watch.applied(11);
    watch.refused(11, "late");
    assertThat(reports(cluster.a.watches.last())).hasSize(1);
  }

  @Test
  void nothingAheadOfWhatWasHandedOverIsReported() {
    Watch watch = named();
    cluster.a.watches.last().events(false, put(11, "x/a"));
    assertThatThrownBy(() -> watch.applied(12))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("12");
    assertThatThrownBy(() -> watch.applied(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> watch.refused(12, "x")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> watch.refused(11, "")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> watch.refused(11, "x".repeat(1_025)))
        .isInstanceOf(IllegalArgumentException.class);
    watch.refused(11, "x".repeat(1_024));
    assertThat(reports(cluster.a.watches.last())).hasSize(1);
  }

  @Test
  void aWatchWithoutANameDoesNotReport() {
    Watch watch = cluster.client("a:1").watch(Selector.all()).from(11).start(seen);
    assertThatThrownBy(() -> watch.applied(10)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aReportThatANodeRefusesIsToldAndTheWatchGoesOn() {
    Watch watch = named();
    watch.applied(10);
    FakeWatches.Stream stream = cluster.a.watches.last();
    stream.say(
        1,
        WatchResponse.newBuilder()
            .setRefused(
                WatchRefused.newBuilder()
                    .setProblem(FakeWatches.problem("LIMIT_REACHED").setField("report"))));
    assertThat(seen.refusedReports).hasSize(1);
    assertThat(seen.refusedReports.get(0).reason()).isEqualTo(Reason.LIMIT_REACHED);
    stream.events(false, put(11, "x/a"));
    assertThat(seen.words).contains("11 a");
  }
}
