// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal;

import static dev.stele.client.internal.FakeWatches.delete;
import static dev.stele.client.internal.FakeWatches.fact;
import static dev.stele.client.internal.FakeWatches.problem;
import static dev.stele.client.internal.FakeWatches.put;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.client.Keys;
import dev.stele.client.ServiceListener;
import dev.stele.client.ServiceWatch;
import dev.stele.client.StoreClient;
import dev.stele.client.error.InvalidRequestException;
import dev.stele.client.kind.Endpoint;
import dev.stele.proto.v1.ListRequest;
import dev.stele.proto.v1.ListResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Endpoints of services, asked for and followed. */
final class ServicesTest {
  private static final Endpoint ONE = Endpoint.of("web", "10.0.0.1:80");
  private static final Endpoint TWO = Endpoint.of("web", "10.0.0.2:80");

  private final FakeCluster cluster = new FakeCluster();
  private final Heard heard = new Heard();

  @AfterEach
  void close() {
    cluster.close();
  }

  private static final class Heard implements ServiceListener {
    final List<String> words = new ArrayList<>();
    final List<Throwable> ends = new ArrayList<>();

    @Override
    public void onEndpoints(Map<String, Endpoint> endpoints, long revision) {
      words.add(revision + " " + String.join(" ", endpoints.keySet()));
    }

    @Override
    public void onTrouble(String message) {
      words.add("trouble");
    }

    @Override
    public void onEnd(Throwable cause) {
      ends.add(cause);
    }
  }

  @Test
  void aServiceIsResolvedToItsInstances() {
    cluster.a.answers(
        ListResponse.newBuilder()
            .setHeader(cluster.a.header)
            .setRevision(10)
            .addFacts(fact(7, Keys.endpoint("web/a"), ONE))
            .addFacts(fact(8, Keys.endpoint("web/rack1/b"), TWO))
            .addFacts(fact(9, Keys.endpoint("web/admin/a"), Endpoint.of("web/admin", "h:1")))
            .build());
    Map<String, Endpoint> found = cluster.client("a:1").services().resolve("web").join();
    assertThat(found).isEqualTo(Map.of("a", ONE, "rack1/b", TWO));
    assertThat(found.keySet()).containsExactly("a", "rack1/b");
    assertThat(cluster.a.received(0, ListRequest.class).getPrefix().toStringUtf8())
        .isEqualTo("endpoint/web/");
  }

  @Test
  void whatChangesIsToldAndNothingElse() {
    cluster.client("a:1").services().watch("web", heard);
    FakeWatches.Stream stream = cluster.a.watches.last();
    assertThat(stream.lastCreate().getInitialState()).isTrue();
    stream.begins().page(10, false, fact(7, Keys.endpoint("web/a"), ONE));
    assertThat(heard.words).isEmpty();
    stream.page(10, true);
    stream.events(false, put(11, Keys.endpoint("web/b"), TWO));
    stream.events(false, put(12, Keys.endpoint("web/b"), TWO));
    stream.events(false, put(13, Keys.endpoint("web/x/a"), Endpoint.of("web/x", "h:1")));
    stream.events(false, delete(14, "endpoint/web/a"));
    assertThat(heard.words).containsExactly("10 a", "11 a b", "14 b");
  }

  @Test
  void aServiceWithoutEndpointsIsToldToo() {
    cluster.client("a:1").services().watch("web", heard);
    cluster.a.watches.last().begins().page(10, true);
    assertThat(heard.words).containsExactly("10 ");
  }

  @Test
  void whileTheStoreIsAwayNothingIsTakenBack() {
    cluster.client("a:1").services().watch("web", heard);
    cluster.a.watches.last().begins().page(10, true, fact(7, Keys.endpoint("web/a"), ONE));
    cluster.a.watches.last().breaks();
    cluster.time.advance(Duration.ofSeconds(1));
    cluster.a.watches.last().begins().events(false, put(12, Keys.endpoint("web/b"), TWO));
    assertThat(heard.words).startsWith("10 a", "trouble").endsWith("12 a b");
  }

  @Test
  void whatWasDeletedDuringAGapIsGoneAfterIt() {
    cluster.client("a:1").services().watch("web", heard);
    cluster.a.watches.last().begins().page(10, true, fact(7, Keys.endpoint("web/a"), ONE));
    cluster.a.watches.last().ends(problem("COMPACTED").setFloor(20));
    cluster.time.advance(Duration.ofSeconds(1));
    cluster.a.watches.last().begins().page(30, true, fact(25, Keys.endpoint("web/b"), TWO));
    assertThat(heard.words).containsExactly("10 a", "30 b");
  }

  @Test
  void aRefusalEndsItAndSaysWhy() {
    cluster.client("a:1").services().watch("web", heard);
    cluster.a.watches.last().refuses(problem("INVALID_FIELD"));
    assertThat(heard.ends).singleElement().isInstanceOf(InvalidRequestException.class);
  }

  @Test
  void whoeverClosesItHearsNothingMore() {
    StoreClient client = cluster.client("a:1");
    ServiceWatch watch = client.services().watch("web", heard);
    watch.close();
    assertThat(heard.words).isEmpty();
    assertThat(heard.ends).isEmpty();
  }
}
