// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.stele.server.core.model.Reason;
import dev.stele.server.port.Leadership;
import dev.stele.server.port.ReadGate;
import dev.stele.server.wire.http.HttpEndpoint;
import dev.stele.server.wire.http.HttpSettings;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HttpEndpointTest {
  private final PrometheusMeterRegistry metrics =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final HttpClient client = HttpClient.newHttpClient();
  private TestNode node;
  private HttpEndpoint endpoint;

  @BeforeEach
  void start() throws IOException {
    node = TestNode.formed("n1");
    Readiness readiness = new Readiness(node.context);
    endpoint =
        HttpEndpoint.start(new HttpSettings("127.0.0.1", 0), node.context, readiness, metrics);
  }

  @AfterEach
  void stop() {
    endpoint.close();
    node.close();
  }

  private HttpResponse<String> send(String method, String path)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + endpoint.port() + path))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build();
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void metricsAreInPrometheusFormat() throws Exception {
    metrics.counter("stele.rejected", "reason", "FENCED").increment();
    HttpResponse<String> response = send("GET", "/metrics");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("text/plain; version=0.0.4");
    assertThat(response.body()).contains("stele_rejected_total{reason=\"FENCED\"} 1.0");
  }

  @Test
  void theVersionIsJson() throws Exception {
    JsonNode json = new ObjectMapper().readTree(send("GET", "/version").body());
    assertThat(json.get("version").asText()).isEqualTo("1.2.3");
    assertThat(json.get("node").asText()).isEqualTo("n1");
    assertThat(json.get("clusterId").asText()).isEqualTo("cluster-1");
    assertThat(json.get("epoch").asLong()).isEqualTo(3);
  }

  @Test
  void aLeaderThatAppliedIsReady() throws Exception {
    assertThat(send("GET", "/readyz").statusCode()).isEqualTo(200);
  }

  @Test
  void aNodeThatIsNotReadySaysWhyAndIsAlive() throws Exception {
    saysWhy(TestNode.following(Optional.empty()), "no leader is known");
    saysWhy(follower(2_001, 0), "last heard from 2001 ms ago");
    saysWhy(follower(Long.MAX_VALUE, 0), "never");
    saysWhy(
        new Leadership.Standing(Leadership.Role.LEADER, 7, Optional.of("n1"), false, 0, 0),
        "not applied an entry of its own term");
    assertThat(send("GET", "/livez").statusCode()).isEqualTo(200);
  }

  @Test
  void aFollowerAtTheEdgeIsReady() throws Exception {
    node.standing = follower(2_000, 500);
    assertThat(send("GET", "/readyz").statusCode()).isEqualTo(200);
    node.nanos.addAndGet(Readiness.MAX_UNAPPLIED.toNanos());
    assertThat(send("GET", "/readyz").statusCode()).isEqualTo(200);
  }

  @Test
  void aFollowerThatAppliesNothingForMoreThanASecondIsNotReady() throws Exception {
    node.standing = follower(10, 500);
    assertThat(send("GET", "/readyz").statusCode()).isEqualTo(200);
    node.nanos.addAndGet(Readiness.MAX_UNAPPLIED.toNanos() + 1);
    saysWhy(follower(10, 700), "has not applied for 1000 ms what is committed: 700 entries");
  }

  @Test
  void aFollowerThatAppliesWhileMoreIsCommittedStaysReady() throws Exception {
    for (int second = 1; second <= 5; second++) {
      node.standing = follower(10, node.store.applied().index() + 1);
      assertThat(send("GET", "/readyz").statusCode()).isEqualTo(200);
      node.compact(0);
      node.nanos.addAndGet(Readiness.MAX_UNAPPLIED.toNanos() + 1);
    }
  }

  @Test
  void aNodeIsReadyOnceItHasAppliedWhatWasAcknowledgedBeforeItCame() throws Exception {
    var admission = new CompletableFuture<ReadGate.Admission>();
    node.gate =
        new TestNode.OpenGate() {
          @Override
          public CompletableFuture<Admission> linearizable(long deadlineNanos) {
            return admission;
          }
        };
    saysWhy(follower(10, 3), "what was acknowledged before it came: 3 entries");
    admission.complete(new ReadGate.Denied(Reason.NO_QUORUM, "nobody answers"));
    saysWhy(follower(10, 3), "what was acknowledged before it came");
    node.gate = new TestNode.OpenGate();
    assertThat(send("GET", "/readyz").statusCode()).isEqualTo(200);
    node.gate = null;
    assertThat(send("GET", "/readyz").statusCode()).as("asked once").isEqualTo(200);
  }

  /** {@code behind}: entries beyond what the node applied, which is entry 0 or so. */
  private static Leadership.Standing follower(long ageMillis, long behind) {
    return new Leadership.Standing(
        Leadership.Role.FOLLOWER, 7, Optional.of("n2"), false, ageMillis, behind);
  }

  private void saysWhy(Leadership.Standing standing, String why) throws Exception {
    node.standing = standing;
    HttpResponse<String> response = send("GET", "/readyz");
    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.body()).contains(why);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/metrics/", "/metricsx", "/livez/a", "/readyz%2f", "/../version"})
  void whatIsNotThereIsNotFound(String path) throws Exception {
    assertThat(send("GET", path).statusCode()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS"})
  void onlyGetAndHeadAreAllowed(String method) throws Exception {
    HttpResponse<String> response = send(method, "/metrics");
    assertThat(response.statusCode()).isEqualTo(405);
    assertThat(response.headers().firstValue("Allow")).contains("GET, HEAD");
  }

  @Test
  void headTellsTheLengthOnly() throws Exception {
    HttpResponse<String> response = send("HEAD", "/livez");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEmpty();
    assertThat(response.headers().firstValue("Content-Length")).contains("3");
  }

  @Test
  void aClosedEndpointRefusesConnections() {
    endpoint.close();
    assertThatThrownBy(() -> send("GET", "/livez")).isInstanceOf(ConnectException.class);
  }
}
