// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.client.FactKey;
import dev.stele.client.Keys;
import dev.stele.client.ReadMode;
import dev.stele.client.StoreClient;
import dev.stele.client.internal.link.Endpoints;
import dev.stele.client.kind.DesiredState;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which endpoint a request goes to. */
final class PinningTest {
  private static final FactKey<DesiredState> WEB = Keys.desired("prod/web");
  private static final DesiredState THREE = DesiredState.replicas(3);

  private final FakeCluster cluster = new FakeCluster();

  @BeforeEach
  void noHelloTellsTheLeaderBefore() {
    cluster.sessions = false;
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  @Test
  void writesAndLinearizableReadsGoToTheLeaderOnceItIsKnown() {
    StoreClient client = cluster.client("b:1", "a:1", "c:1");
    client.facts().put(WEB, THREE).join();
    assertThat(cluster.b.calls()).isEqualTo(1);

    client.facts().put(WEB, THREE).join();
    client.facts().delete(WEB).join();
    client.facts().txn().commit().join();
    client.facts().get(WEB).join();
    assertThat(cluster.a.calls()).isEqualTo(4);
    assertThat(cluster.b.calls()).isEqualTo(1);
  }

  @Test
  void theHelloBeforeTheFirstWriteTellsTheLeader() {
    cluster.sessions = true;
    StoreClient client = cluster.client("b:1", "a:1", "c:1");
    client.facts().put(WEB, THREE).join();
    assertThat(cluster.b.hellos()).isEqualTo(1);
    assertThat(cluster.b.calls()).isZero();
    assertThat(cluster.a.calls()).isEqualTo(1);
  }

  @Test
  void anAnswerThatAFollowerPassedOnDoesNotMakeItTheLeader() {
    cluster.b.header = FakeCluster.header("a:1", "a:1", 1, 10);
    StoreClient client = cluster.client("b:1", "a:1", "c:1");
    client.facts().put(WEB, THREE).join();
    client.facts().put(WEB, THREE).join();
    assertThat(cluster.b.calls()).isEqualTo(1);
    assertThat(cluster.a.calls()).isEqualTo(1);
  }

  @Test
  void otherReadsStayWhereTheyAre() {
    StoreClient client = cluster.client("b:1", "a:1", "c:1");
    client.facts().put(WEB, THREE).join();

    client.facts().get(WEB, ReadMode.local()).join();
    client.facts().get(WEB, ReadMode.atLeast(1)).join();
    client.facts().get(WEB, ReadMode.at(1)).join();
    client.cluster().status().join();
    assertThat(cluster.b.calls()).isEqualTo(5);
    assertThat(cluster.a.calls()).isZero();
  }

  @Test
  void clientsBeginAtDifferentEndpoints() {
    cluster.time.random = 0.99;
    StoreClient client = cluster.client("a:1", "b:1", "c:1");
    client.facts().get(WEB, ReadMode.local()).join();
    assertThat(cluster.c.calls()).isEqualTo(1);
  }

  @Test
  void aLeaderOfALaterTermIsFollowed() {
    StoreClient client = cluster.client("a:1", "b:1", "c:1");
    client.facts().put(WEB, THREE).join();

    cluster.b.header = FakeCluster.header("b:1", "c:1", 2, 11);
    cluster.a.fails(io.grpc.Status.UNAVAILABLE.asRuntimeException());
    client.facts().get(WEB).join();
    assertThat(cluster.b.calls()).isEqualTo(1);

    client.facts().put(WEB, THREE).join();
    assertThat(cluster.c.calls()).isEqualTo(1);
  }

  @Test
  void aLeaderOfAnEarlierTermIsNotFollowed() {
    cluster.a.header = FakeCluster.header("a:1", "a:1", 5, 10);
    StoreClient client = cluster.client("a:1", "b:1", "c:1");
    client.facts().put(WEB, THREE).join();

    cluster.a.fails(io.grpc.Status.UNAVAILABLE.asRuntimeException());
    cluster.b.header = FakeCluster.header("b:1", "c:1", 4, 10);
    client.facts().get(WEB).join();
    cluster.time.advance(Duration.ofSeconds(1));

    client.facts().put(WEB, THREE).join();
    assertThat(cluster.a.calls()).isEqualTo(3);
    assertThat(cluster.c.calls()).isZero();
  }

  @Test
  void aLeaderThatCannotBeConnectedToIsPassedByAndTriedAgainLater() throws InterruptedException {
    StoreClient client = cluster.client("b:1", "a:1");
    client.facts().put(WEB, THREE).join();
    cluster.stop("a:1");

    client.facts().put(WEB, THREE).join();
    client.facts().put(WEB, THREE).join();
    assertThat(cluster.b.calls()).isEqualTo(3);
    assertThat(cluster.a.calls()).isZero();

    cluster.restart("a:1", cluster.a);
    cluster.time.advance(Duration.ofSeconds(5));
    client.facts().put(WEB, THREE).join();
    cluster.time.advance(Duration.ofSeconds(5));
    client.facts().put(WEB, THREE).join();
    assertThat(cluster.a.calls()).isPositive();
  }

  @Test
  void aLeaderThatIsNotConfiguredIsLearned() {
    StoreClient client = cluster.client("b:1");
    client.facts().put(WEB, THREE).join();
    client.facts().put(WEB, THREE).join();
    assertThat(cluster.a.calls()).isEqualTo(1);

    client.facts().get(WEB, ReadMode.local()).join();
    assertThat(cluster.b.calls()).isEqualTo(2);
  }

  @Test
  void theLeaderIsReachedWhereItAnsweredWhateverItCallsItself() {
    cluster.b.header = FakeCluster.header("node-2", "node-2", 1, 10);
    StoreClient client = cluster.client("b:1", "a:1");
    client.facts().put(WEB, THREE).join();
    client.facts().put(WEB, THREE).join();
    assertThat(cluster.b.calls()).isEqualTo(2);
  }

  @Test
  void noMoreLeadersAreLearnedThanTheLimit() {
    StoreClient client = cluster.client("b:1");
    for (int i = 1; i <= Endpoints.MAX_LEARNED; i++) {
      FakeNode node = cluster.start("l" + i + ":1");
      cluster.b.header = FakeCluster.header("b:1", "l" + i + ":1", i, 10);
      node.header = cluster.b.header;
      client.facts().get(WEB, ReadMode.local()).join();
      client.facts().put(WEB, THREE).join();
      assertThat(node.calls()).isEqualTo(1);
    }
    FakeNode beyond = cluster.start("beyond:1");
    cluster.b.header = FakeCluster.header("b:1", "beyond:1", 100, 10);
    client.facts().get(WEB, ReadMode.local()).join();
    client.facts().put(WEB, THREE).join();
    assertThat(beyond.calls()).isZero();
  }
}
