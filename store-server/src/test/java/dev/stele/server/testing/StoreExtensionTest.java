// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.stele.server.testing.StoreExtension.Endpoints;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The extension as other projects use it, and that each of its faults bites. */
final class StoreExtensionTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  @Nested
  @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
  final class InAStaticField {
    @RegisterExtension
    private static final StoreExtension STORE =
        StoreExtension.nodes(3).set("cluster.name", "tested").build();

    @Test
    @Order(1)
    void theClusterIsThereAndAsItWasAskedFor() {
      assertThat(STORE.cluster().size()).isEqualTo(3);
      assertThat(STORE.cluster().node(1).config().cluster().name()).isEqualTo("tested");
      put(STORE, 0, "config/first", SOON);
      STORE.kill(0);
      STORE.isolate(1);
      STORE.pause(2);
    }

    @Test
    @Order(2)
    void theNextTestFindsItMendedAndTheFactsWhereTheyWere() {
      for (int node = 0; node < 3; node++) {
        assertThat(STORE.cluster().isRunning(node)).isTrue();
        assertThat(STORE.cluster().isPaused(node)).isFalse();
        try (RawClient client = new RawClient(STORE.endpoint(node))) {
          assertThat(client.get("config/first").hasFact()).isTrue();
        }
      }
    }

    @Test
    @Order(3)
    void aNodeThatWasStoppedOrKilledIsGoneAndComesBackWithItsData() throws InterruptedException {
      put(STORE, 0, "config/kept", SOON);
      for (int node = 0; node < 2; node++) {
        if (node == 0) {
          STORE.stop(node);
        } else {
          STORE.kill(node);
        }
        assertThat(STORE.cluster().isRunning(node)).isFalse();
        int gone = node;
        assertThatThrownBy(() -> put(STORE, gone, "config/other", Duration.ofSeconds(1)))
            .isInstanceOf(StatusRuntimeException.class);
        STORE.restart(node);
        assertThat(STORE.cluster().node(node).awaitReady(SOON)).isTrue();
        try (RawClient client = new RawClient(STORE.endpoint(node))) {
          assertThat(client.getLocal("config/kept").hasFact()).isTrue();
        }
      }
    }

    @Test
    @Order(4)
    void aLeaderWithoutLinksToTheOthersIsReplacedAndALinkAloneIsNotMissed()
        throws InterruptedException {
      int old = STORE.leader();
      STORE.partition(old, (old + 1) % 3);
      STORE.partition(old, (old + 2) % 3);
      assertThatThrownBy(() -> put(STORE, old, "config/cut", Duration.ofSeconds(1)))
          .isInstanceOf(StatusRuntimeException.class);
      await().atMost(SOON).until(() -> STORE.leader() != old);
      STORE.heal();
      await()
          .atMost(SOON)
          .ignoreExceptionsInstanceOf(StatusRuntimeException.class)
          .until(() -> put(STORE, old, "config/cut", Duration.ofSeconds(2)) > 0);
    }
  }

  @Nested
  final class InAnInstanceField {
    private static final List<Path> DIRECTORIES = new ArrayList<>();

    @RegisterExtension private final StoreExtension store = StoreExtension.nodes(1).build();

    @Test
    void aTestHasAClusterOfItsOwn() {
      assertThatItIsNew();
    }

    @Test
    void andSoHasTheNext() {
      assertThatItIsNew();
    }

    private void assertThatItIsNew() {
      assertThat(store.cluster().node(0).revision()).isZero();
      put(store, 0, "config/mine", SOON);
      assertThat(DIRECTORIES).doesNotContain(store.cluster().directory());
      DIRECTORIES.add(store.cluster().directory());
    }

    @AfterAll
    static void theyAreGone() {
      assertThat(DIRECTORIES).hasSize(2).noneMatch(directory -> directory.toFile().exists());
    }
  }

  @Nested
  @ExtendWith(StoreExtension.class)
  final class OnAClass {
    @Test
    void parametersAreWhatTheyAreCalled(
        LocalCluster cluster, StoreExtension store, @Endpoints String endpoints) {
      assertThat(store.cluster()).isSameAs(cluster);
      assertThat(cluster.size()).isEqualTo(StoreExtension.DEFAULT_NODES);
      assertThat(endpoints.split(",")).containsExactlyElementsOf(cluster.endpoints());
    }
  }

  @Test
  void withoutATestThereIsNoCluster() {
    StoreExtension store = new StoreExtension();
    assertThatThrownBy(store::cluster).isInstanceOf(IllegalStateException.class);
  }

  private static long put(StoreExtension store, int node, String key, Duration deadline) {
    try (RawClient client = new RawClient(store.endpoint(node))) {
      return client.put(key, "x", deadline).getRevision();
    }
  }
}
