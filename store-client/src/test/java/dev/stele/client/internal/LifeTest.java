// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.stele.client.FactKey;
import dev.stele.client.Keys;
import dev.stele.client.StoreClient;
import dev.stele.client.error.OutcomeUnknownException;
import dev.stele.client.error.Reason;
import dev.stele.client.error.UnavailableException;
import dev.stele.client.kind.DesiredState;
import dev.stele.proto.v1.CompactRequest;
import dev.stele.proto.v1.NodeStatus;
import dev.stele.proto.v1.StatusResponse;
import io.grpc.Status;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** From opening to closing: where futures complete, what is observed, how it ends. */
final class LifeTest {
  private static final FactKey<DesiredState> WEB = Keys.desired("prod/web");
  private static final DesiredState THREE = DesiredState.replicas(3);

  private final FakeCluster cluster = new FakeCluster();

  @AfterEach
  void close() {
    cluster.close();
  }

  @Test
  void closingLeavesASentWriteUnknownAndAReadUnavailable() {
    cluster.a.isSilent().isSilent();
    StoreClient client = cluster.client("a:1");
    CompletableFuture<?> write = client.facts().put(WEB, THREE);
    CompletableFuture<?> read = client.facts().get(WEB);

    client.close();
    Failures.of(write, OutcomeUnknownException.class);
    Failures.of(read, UnavailableException.class);
    assertThat(cluster.a.calls()).isEqualTo(2);
  }

  @Test
  void closingEndsWhatWaitsForItsNextAttempt() {
    cluster.a.failsAlways(Errors.of(Status.Code.UNAVAILABLE, Reason.NO_QUORUM));
    StoreClient client = cluster.client("a:1");
    CompletableFuture<?> write = client.facts().put(WEB, THREE);
    assertThat(write).isNotDone();

    client.close();
    assertThat(Failures.of(write, UnavailableException.class))
        .hasMessageContaining(Reason.NO_QUORUM.name());
  }

  @Test
  void aClosedClientIsUnavailableAndCanBeClosedAgain() {
    StoreClient client = cluster.client("a:1");
    client.facts().put(WEB, THREE).join();
    client.close();
    client.close();
    Failures.of(client.facts().put(WEB, THREE), UnavailableException.class);
    Failures.of(client.facts().get(WEB), UnavailableException.class);
    assertThat(cluster.a.calls()).isEqualTo(1);
  }

  @Test
  void cancellingStopsTheAttemptUnderWay() {
    cluster.a.isSilent();
    StoreClient client = cluster.client("a:1");
    CompletableFuture<?> write = client.facts().put(WEB, THREE);
    assertThat(write.cancel(false)).isTrue();
    assertThat(write).isCancelled();
  }

  @Test
  void futuresCompleteOnTheExecutorThatWasNamed() {
    Queue<Runnable> handed = new ArrayDeque<>();
    cluster.callbacks = handed::add;
    StoreClient client = cluster.client("a:1");

    CompletableFuture<?> write = client.facts().put(WEB, THREE);
    assertThat(write).isNotDone();
    handed.remove().run();
    assertThat(write).isCompleted();
  }

  @Test
  void anExecutorThatRefusesDoesNotLoseAnAnswer() {
    cluster.callbacks =
        work -> {
          throw new RejectedExecutionException("shut down");
        };
    cluster.client("a:1").facts().put(WEB, THREE).join();
  }

  @Test
  void eachRequestIsObservedWithItsMethodAndOutcome() {
    List<String> seen = new ArrayList<>();
    cluster.observations = ObservationRegistry.create();
    cluster
        .observations
        .observationConfig()
        .observationHandler(
            new ObservationHandler<>() {
              @Override
              public boolean supportsContext(Observation.Context context) {
                return true;
              }

              @Override
              public void onStop(Observation.Context context) {
                seen.add(context.getName() + " " + context.getLowCardinalityKeyValues());
              }
            });
    StoreClient client = cluster.client("a:1");
    client.facts().put(WEB, THREE).join();
    cluster.a.fails(Errors.of(Status.Code.FAILED_PRECONDITION, Reason.COMPARE_FAILED));
    Failures.of(client.facts().delete(WEB), dev.stele.client.error.CompareFailedException.class);

    assertThat(seen).hasSize(2);
    assertThat(seen.get(0)).startsWith("stele.client.requests").contains("Put").contains("ok");
    assertThat(seen.get(1)).contains("Delete").contains("compare_failed");
  }

  @Test
  void aCompactionIsSentUnderASessionAndAgainWhenItsOutcomeIsUnknown() {
    cluster.a.fails(Errors.of(Status.Code.UNAVAILABLE, Reason.OUTCOME_UNKNOWN));
    assertThat(cluster.client("a:1", "b:1").cluster().compact(7).join()).isEqualTo(7);

    CompactRequest first = cluster.a.received(0, CompactRequest.class);
    assertThat(first.getRevision()).isEqualTo(7);
    assertThat(first.getHeader().hasSession()).isTrue();
    assertThat(cluster.b.received(0, CompactRequest.class).getHeader().getSession())
        .isEqualTo(first.getHeader().getSession());
  }

  @Test
  void noRevisionIsCompactedThatIsNone() {
    StoreClient client = cluster.client("a:1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> client.cluster().compact(0))
        .withMessageContaining("revision: 0");
    assertThat(cluster.a.calls()).isZero();
  }

  @Test
  void theStatusOfTheClusterIsPassedOn() {
    cluster.a.answers(
        StatusResponse.newBuilder()
            .setHeader(cluster.a.header)
            .setFloor(2)
            .addNodes(
                NodeStatus.newBuilder()
                    .setId("n0")
                    .setClient("a:1")
                    .setPeer("a:2")
                    .setRole(NodeStatus.Role.LEADER)
                    .setHealthy(true)
                    .setApplied(40)
                    .setRevision(10)
                    .setLagEntries(1)
                    .setStoreBytes(123)
                    .setVersion("0.1.0")
                    .setTerm(1)
                    .setDurable(30)
                    .setHash(-2)
                    .setMaxFeatureLevel(1))
            .addNodes(NodeStatus.newBuilder().setId("n1").setRoleValue(77).setDetail("silent"))
            .build());
    var status = cluster.client("a:1").cluster().status().join();

    assertThat(status.floor()).isEqualTo(2);
    assertThat(status.nodes())
        .containsExactly(
            new dev.stele.client.NodeStatus(
                "n0",
                "a:1",
                "a:2",
                dev.stele.client.NodeStatus.Role.LEADER,
                true,
                40,
                10,
                1,
                123,
                "0.1.0",
                1,
                30,
                -2,
                1,
                ""),
            new dev.stele.client.NodeStatus(
                "n1",
                "",
                "",
                dev.stele.client.NodeStatus.Role.UNKNOWN,
                false,
                0,
                0,
                0,
                0,
                "",
                0,
                0,
                0,
                0,
                "silent"));
    assertThat(status.info().leader()).isEqualTo("a:1");
  }
}
