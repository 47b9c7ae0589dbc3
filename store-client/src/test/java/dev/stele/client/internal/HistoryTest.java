// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.client.FactKey;
import dev.stele.client.Keys;
import dev.stele.client.ReadMode;
import dev.stele.client.StoreClient;
import dev.stele.client.error.CorruptException;
import dev.stele.client.error.Reason;
import dev.stele.client.error.WrongEpochException;
import dev.stele.client.internal.history.History;
import dev.stele.client.kind.DesiredState;
import dev.stele.proto.v1.GetRequest;
import dev.stele.proto.v1.PutRequest;
import dev.stele.proto.v1.RequestHeader;
import io.grpc.Status;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One client reads from one history, forwards. */
final class HistoryTest {
  private static final FactKey<DesiredState> WEB = Keys.desired("prod/web");
  private static final DesiredState THREE = DesiredState.replicas(3);

  private final FakeCluster cluster = new FakeCluster();
  private final StoreClient client = cluster.client("a:1");

  @AfterEach
  void close() {
    cluster.close();
  }

  @Test
  void eachRequestAfterTheFirstAnswerCarriesClusterAndEpoch() {
    client.facts().get(WEB).join();
    client.facts().put(WEB, THREE).join();

    assertThat(cluster.a.received(0, GetRequest.class).getHeader())
        .isEqualTo(RequestHeader.getDefaultInstance());
    RequestHeader header = cluster.a.received(1, PutRequest.class).getHeader();
    assertThat(header.toBuilder().clearSession().build())
        .isEqualTo(
            RequestHeader.newBuilder().setClusterId(FakeCluster.CLUSTER).setEpoch(1).build());
  }

  @Test
  void theLastRevisionNeverGoesBack() {
    assertThat(client.lastRevision()).isZero();
    client.facts().put(WEB, THREE).join();
    assertThat(client.lastRevision()).isEqualTo(10);

    cluster.a.header = FakeCluster.header("a:1", "a:1", 1, 7);
    client.facts().get(WEB, ReadMode.local()).join();
    assertThat(client.lastRevision()).isEqualTo(10);

    cluster.a.header = FakeCluster.header("a:1", "a:1", 1, 12);
    client.facts().get(WEB, ReadMode.local()).join();
    assertThat(client.lastRevision()).isEqualTo(12);
  }

  @Test
  void aLinearizableReadOfThePastIsNotBelieved() {
    client.facts().put(WEB, THREE).join();
    cluster.a.header = FakeCluster.header("a:1", "a:1", 1, 9);

    CorruptException failure = Failures.of(client.facts().get(WEB), CorruptException.class);
    assertThat(failure).hasMessageContaining("revision 9").hasMessageContaining("10");
  }

  @Test
  void aReadOfAnotherEpochIsNotBelievedUntilTheOldOneIsForgotten() {
    client.facts().put(WEB, THREE).join();
    cluster.a.header =
        FakeCluster.header("a:1", "a:1", 1, 3L << 40).toBuilder().setEpoch(2).build();

    Failures.of(client.facts().get(WEB, ReadMode.local()), WrongEpochException.class);
    assertThat(client.lastRevision()).isEqualTo(10);

    client.forgetEpoch();
    assertThat(client.lastRevision()).isZero();
    client.facts().get(WEB).join();
    assertThat(client.lastRevision()).isEqualTo(3L << 40);
  }

  @Test
  void aRefusalBecauseOfTheEpochIsPassedOnAndNothingIsForgotten() {
    client.facts().put(WEB, THREE).join();
    cluster.a.fails(Errors.of(Status.Code.FAILED_PRECONDITION, Reason.WRONG_EPOCH));

    Failures.of(client.facts().put(WEB, THREE), WrongEpochException.class);
    client.facts().put(WEB, THREE).join();
    assertThat(cluster.a.received(2, PutRequest.class).getHeader().getEpoch()).isEqualTo(1);
  }

  @Test
  void aWriteThatSucceededDidSoInWhateverEpoch() {
    client.facts().put(WEB, THREE).join();
    cluster.a.header = FakeCluster.header("a:1", "a:1", 1, 11).toBuilder().setEpoch(2).build();
    assertThat(client.facts().put(WEB, THREE).join().modRevision()).isEqualTo(11);
    assertThat(client.lastRevision()).isEqualTo(10);
  }

  @Test
  void theAnswerToARequestFromBeforeForgettingTeachesNothing() {
    History history = new History();
    History.Known before = history.known();
    history.forget();

    assertThat(history.observe(before, FakeCluster.header("a:1", "a:1", 1, 11), 0)).isFalse();
    assertThat(history.known().revision()).isZero();
    assertThat(history.known().header()).isEqualTo(RequestHeader.getDefaultInstance());
  }
}
