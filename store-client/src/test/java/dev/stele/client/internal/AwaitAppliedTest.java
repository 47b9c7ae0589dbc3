// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.protobuf.ByteString;
import dev.stele.client.AppliedQuery;
import dev.stele.client.AppliedReport;
import dev.stele.client.Selector;
import dev.stele.client.StoreClient;
import dev.stele.client.error.CorruptException;
import dev.stele.client.error.UnavailableException;
import dev.stele.proto.v1.AwaitAppliedRequest;
import dev.stele.proto.v1.AwaitAppliedResponse;
import dev.stele.proto.v1.KeyRange;
import dev.stele.proto.v1.WatchSelector;
import dev.stele.proto.v1.WatcherStanding;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Questions for what watchers have applied. */
final class AwaitAppliedTest {
  private final FakeCluster cluster = new FakeCluster();

  @AfterEach
  void close() {
    cluster.close();
  }

  private AwaitAppliedRequest asked(AppliedQuery query) {
    StoreClient client = cluster.client("a:1");
    client.cluster().awaitApplied(query).join();
    return cluster.a.received(cluster.a.calls() - 1, AwaitAppliedRequest.class).toBuilder()
        .clearHeader()
        .build();
  }

  @Test
  void theQuestionGoesOutAsItWasPut() {
    assertThat(asked(AppliedQuery.of(7)))
        .isEqualTo(AwaitAppliedRequest.newBuilder().setRevision(7).build());
    assertThat(asked(AppliedQuery.of(7).expecting("a", "b").count(1)))
        .isEqualTo(
            AwaitAppliedRequest.newBuilder()
                .setRevision(7)
                .addExpected("a")
                .addExpected("b")
                .setCount(1)
                .build());
    assertThat(asked(AppliedQuery.of(7).percent(50).selector(Selector.prefix("desired/"))))
        .isEqualTo(
            AwaitAppliedRequest.newBuilder()
                .setRevision(7)
                .setPercent(50)
                .setSelector(
                    WatchSelector.newBuilder().setPrefix(ByteString.copyFromUtf8("desired/")))
                .build());
    assertThat(asked(AppliedQuery.of(7).count(2).all().selector(Selector.range("a", "b"))))
        .isEqualTo(
            AwaitAppliedRequest.newBuilder()
                .setRevision(7)
                .setSelector(
                    WatchSelector.newBuilder()
                        .setRange(
                            KeyRange.newBuilder()
                                .setFrom(ByteString.copyFromUtf8("a"))
                                .setTo(ByteString.copyFromUtf8("b"))))
                .build());
    AwaitAppliedRequest all = asked(AppliedQuery.of(7).selector(Selector.all()));
    assertThat(all.hasSelector()).as("watchers of everything, not any watchers").isTrue();
    assertThat(all.getSelector()).isEqualTo(WatchSelector.getDefaultInstance());
  }

  @Test
  void theReportSaysWhatTheAnswerSays() {
    cluster.a.answers(
        AwaitAppliedResponse.newBuilder()
            .setHeader(cluster.a.header)
            .setOutcome(AwaitAppliedResponse.Outcome.INCOMPLETE)
            .addUnheardNodes("n2")
            .addWatchers(
                WatcherStanding.newBuilder()
                    .setName("edge-7")
                    .setNode("n1")
                    .setIncarnation(3)
                    .setApplied(5)
                    .setRefused(6)
                    .setRefusal("no such image")
                    .setState(WatcherStanding.State.REFUSED)
                    .setConnected(true))
            .build());
    AppliedReport report = cluster.client("a:1").cluster().awaitApplied(AppliedQuery.of(6)).join();
    assertThat(report.outcome()).isEqualTo(AppliedReport.Outcome.INCOMPLETE);
    assertThat(report.applied()).isFalse();
    assertThat(report.unheardNodes()).containsExactly("n2");
    assertThat(report.watchers())
        .containsExactly(
            new AppliedReport.Watcher(
                "edge-7", AppliedReport.State.REFUSED, "n1", 3, 5, 6, "no such image", true));
  }

  @Test
  void everyOutcomeAndStateIsKnown() {
    for (AwaitAppliedResponse.Outcome outcome : AwaitAppliedResponse.Outcome.values()) {
      for (WatcherStanding.State state : WatcherStanding.State.values()) {
        if (outcome != AwaitAppliedResponse.Outcome.UNRECOGNIZED
            && state != WatcherStanding.State.UNRECOGNIZED) {
          cluster.a.answers(
              AwaitAppliedResponse.newBuilder()
                  .setHeader(cluster.a.header)
                  .setOutcome(outcome)
                  .addWatchers(WatcherStanding.newBuilder().setName("w").setState(state))
                  .build());
          AppliedReport report =
              cluster.client("a:1").cluster().awaitApplied(AppliedQuery.of(6)).join();
          assertThat(report.outcome()).hasToString(outcome.name());
          assertThat(report.watchers().get(0).state()).hasToString(state.name());
        }
      }
    }
  }

  @Test
  void anOutcomeOfAnotherVersionIsNotGuessedAt() {
    cluster.a.answers(
        AwaitAppliedResponse.newBuilder().setHeader(cluster.a.header).setOutcomeValue(99).build());
    assertThat(cluster.client("a:1").cluster().awaitApplied(AppliedQuery.of(6)))
        .completesExceptionallyWithin(Duration.ofSeconds(5))
        .withThrowableOfType(ExecutionException.class)
        .withCauseInstanceOf(CorruptException.class);
  }

  @Test
  void oneAttemptMayHaveAllTheTimeThatIsGiven() {
    cluster.a.isSilent();
    CompletableFuture<AppliedReport> report =
        cluster
            .client("a:1")
            .cluster()
            .awaitApplied(AppliedQuery.of(6).timeout(Duration.ofSeconds(1)));
    cluster.time.advance(Duration.ofSeconds(1));
    Failures.of(report, UnavailableException.class);
    assertThat(cluster.a.calls()).isEqualTo(1);
  }

  @Test
  void aQuestionThatIsWrongIsRefusedHere() {
    assertThatIllegalArgumentException().isThrownBy(() -> AppliedQuery.of(0));
    assertThatIllegalArgumentException().isThrownBy(() -> AppliedQuery.of(1).count(0));
    assertThatIllegalArgumentException().isThrownBy(() -> AppliedQuery.of(1).percent(0));
    assertThatIllegalArgumentException().isThrownBy(() -> AppliedQuery.of(1).percent(101));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AppliedQuery.of(1).timeout(Duration.ZERO));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AppliedQuery.of(1).timeout(AppliedQuery.TIMEOUT_MAX.plusNanos(1)));
    assertThat(AppliedQuery.of(1).percent(100).timeout(AppliedQuery.TIMEOUT_MAX).timeout())
        .contains(AppliedQuery.TIMEOUT_MAX);
  }
}
