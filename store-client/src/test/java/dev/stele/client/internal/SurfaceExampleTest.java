// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.client.ClaimHandle;
import dev.stele.client.Expect;
import dev.stele.client.Fact;
import dev.stele.client.Keys;
import dev.stele.client.LeaseHandle;
import dev.stele.client.LeaseOptions;
import dev.stele.client.MemberHandle;
import dev.stele.client.Operation;
import dev.stele.client.Registration;
import dev.stele.client.ReportOutcome;
import dev.stele.client.Selector;
import dev.stele.client.StoreClient;
import dev.stele.client.Watch;
import dev.stele.client.WatchListener;
import dev.stele.client.kind.Claim;
import dev.stele.client.kind.ConfigDocument;
import dev.stele.client.kind.DesiredState;
import dev.stele.client.kind.Endpoint;
import dev.stele.client.kind.Pool;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The lines that show the client to whoever meets it first, as they are written there. */
final class SurfaceExampleTest {
  @Test
  void theLinesCompileAndDoWhatTheySay() {
    WatchListener listener = batch -> {};
    try (FakeCluster cluster = new FakeCluster();
        StoreClient store = cluster.client("a:1")) {
      Fact<DesiredState> web =
          store.facts().put(Keys.desired("prod/web"), DesiredState.replicas(3)).join();
      LeaseHandle lease =
          store
              .leases()
              .acquire("controllers/scheduler", LeaseOptions.ttl(Duration.ofSeconds(10)))
              .join();
      store
          .facts()
          .guardedBy(lease)
          .put(web.key(), DesiredState.replicas(5), Expect.revision(web.modRevision()))
          .join();
      Watch watch =
          store
              .watch(Selector.prefix("desired/"))
              .from(web.modRevision() + 1)
              .named("edge-7")
              .start(listener);
      watch.close();
      assertThat(cluster.a.received(2, dev.stele.proto.v1.PutRequest.class).getGuards(0).getToken())
          .isEqualTo(lease.token());
    }
  }

  @Test
  void aMemberTakesAClaimAndWorksUnderIt() {
    try (FakeCluster cluster = new FakeCluster();
        StoreClient store = cluster.client("a:1")) {
      store.claims().define("shards", Pool.listed()).join();
      store.claims().add("shards", List.of("0", "1", "2")).join();

      MemberHandle worker =
          store
              .members()
              .register(
                  Registration.of("rack1/node7", "10.0.0.7:8080")
                      .withEndpoint(Endpoint.of("web", "10.0.0.7:8080")))
              .join();
      ClaimHandle shard = store.claims().next("shards", worker.lease()).join();
      CompletableFuture<Long> handedBack = shard.draining().thenCompose(left -> shard.release());
      store
          .facts()
          .txn()
          .when(shard.stillOwned())
          .then(Operation.put(Keys.config("shards/" + shard.grant().item()), document()))
          .commit()
          .join();
      ReportOutcome outcome = worker.report(Map.of("slots", 7L)).join();
      store.claims().drain(shard.grant().key(), Duration.ofSeconds(30)).join();

      assertThat(outcome).isInstanceOf(ReportOutcome.Unchanged.class);
      assertThat(handedBack).isNotDone();
      cluster
          .a
          .watches
          .last()
          .begins()
          .events(
              false,
              FakeWatches.put(
                  103,
                  shard.grant().key(),
                  new Claim(FakeClaims.OWNER, 1, Claim.State.DRAINING, 30_000)));
      assertThat(handedBack).isCompletedWithValue(91L);
    }
  }

  private static ConfigDocument document() {
    return ConfigDocument.of("text/plain", new byte[] {1});
  }
}
