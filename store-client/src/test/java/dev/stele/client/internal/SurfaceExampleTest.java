// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.client.Expect;
import dev.stele.client.Fact;
import dev.stele.client.Keys;
import dev.stele.client.LeaseHandle;
import dev.stele.client.LeaseOptions;
import dev.stele.client.Selector;
import dev.stele.client.StoreClient;
import dev.stele.client.Watch;
import dev.stele.client.WatchListener;
import dev.stele.client.kind.DesiredState;
import java.time.Duration;
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
}
