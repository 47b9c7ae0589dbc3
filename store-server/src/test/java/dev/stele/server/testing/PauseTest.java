// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.stele.proto.v1.GetResponse;
import dev.stele.proto.v1.ReadMode;
import dev.stele.server.core.model.Reason;
import dev.stele.server.wire.Refused;
import io.grpc.StatusRuntimeException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** That a paused node is one, for its peers and for its clients, and what it does afterwards. */
final class PauseTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final Duration LONG_CALL = Duration.ofSeconds(50);

  /** Long enough for an answer that nothing holds up. */
  private static final long NO_ANSWER_MILLIS = 300;

  @RegisterExtension private static final StoreExtension STORE = StoreExtension.nodes(3).build();

  private final List<RawClient> clients = new ArrayList<>();

  @BeforeEach
  void connect() {
    STORE.cluster().endpoints().forEach(endpoint -> clients.add(new RawClient(endpoint)));
  }

  @AfterEach
  void disconnect() {
    clients.forEach(RawClient::close);
  }

  @Test
  void aPausedLeaderIsReplacedAndAnswersNobodyUntilItGoesOnAndThenNothingStale()
      throws InterruptedException, ExecutionException, TimeoutException {
    int old = STORE.leader();
    clients.get(old).put("config/paused", "old");
    STORE.pause(old);
    CompletableFuture<Long> held =
        CompletableFuture.supplyAsync(
            () -> clients.get(old).put("config/held", "x", LONG_CALL).getRevision());
    int next = STORE.leader();
    assertThat(next).isNotEqualTo(old);
    long replaced = putUntilTaken(next, "config/paused", "new");
    // Asked after the write was acknowledged: the old value would be a stale read.
    CompletableFuture<GetResponse> read =
        CompletableFuture.supplyAsync(
            () -> clients.get(old).get("config/paused", ReadMode.getDefaultInstance(), LONG_CALL));
    assertUnanswered(held);
    assertUnanswered(read);
    STORE.resume(old);
    assertThat(read.get(30, TimeUnit.SECONDS).getFact().getModRevision()).isEqualTo(replaced);
    OptionalLong late = revisionIfKnown(held);
    if (late.isPresent()) {
      assertThat(late.getAsLong()).isGreaterThan(replaced);
      assertThat(clients.get(next).get("config/held").getFact().getModRevision())
          .isEqualTo(late.getAsLong());
    }
  }

  /**
   * A node that goes on and does not know yet that it was replaced writes into its log what was
   * held, and can't tell what becomes of it: without a session the outcome stays unknown.
   */
  private static OptionalLong revisionIfKnown(CompletableFuture<Long> write)
      throws InterruptedException, TimeoutException {
    try {
      return OptionalLong.of(write.get(30, TimeUnit.SECONDS));
    } catch (ExecutionException e) {
      assertThat(
              Refused.by(
                      () -> {
                        throw (Exception) e.getCause();
                      })
                  .reason())
          .isEqualTo(Reason.OUTCOME_UNKNOWN);
      return OptionalLong.empty();
    }
  }

  @Test
  void aPausedFollowerLearnsNothingAndCatchesUpWhenItGoesOn() throws InterruptedException {
    int leader = STORE.leader();
    int follower = (leader + 1) % 3;
    long before = clients.get(follower).put("config/behind", "0").getRevision();
    await().atMost(SOON).until(() -> STORE.cluster().node(follower).revision() == before);
    STORE.pause(follower);
    long last = 0;
    for (int i = 1; i <= 50; i++) {
      last = clients.get(leader).put("config/behind", "round " + i).getRevision();
    }
    assertThat(STORE.cluster().node(follower).revision()).isEqualTo(before);
    STORE.resume(follower);
    long all = last;
    await().atMost(SOON).until(() -> STORE.cluster().node(follower).revision() >= all);
  }

  @Test
  void withoutAMajorityThatGoesOnNothingIsWritten() throws InterruptedException {
    int leader = STORE.leader();
    STORE.pause((leader + 1) % 3);
    STORE.pause((leader + 2) % 3);
    assertThatThrownBy(() -> clients.get(leader).put("config/none", "x", Duration.ofSeconds(2)))
        .isInstanceOf(StatusRuntimeException.class);
    STORE.resume((leader + 1) % 3);
    assertThat(putUntilTaken((leader + 1) % 3, "config/none", "y")).isPositive();
  }

  @Test
  void probesOfAPausedNodeWaitAsWell()
      throws InterruptedException, ExecutionException, TimeoutException {
    STORE.pause(0);
    HttpRequest probe =
        HttpRequest.newBuilder(
                URI.create("http://" + STORE.cluster().node(0).httpAddress() + "/livez"))
            .build();
    CompletableFuture<HttpResponse<String>> answer =
        HttpClient.newHttpClient().sendAsync(probe, HttpResponse.BodyHandlers.ofString());
    assertUnanswered(answer);
    STORE.resume(0);
    assertThat(answer.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
  }

  @Test
  void aNodeThatIsKilledWhilePausedDoesNothingThatWaited() throws InterruptedException {
    int node = (STORE.leader() + 1) % 3;
    clients.get(node).put("config/alive", "x");
    STORE.pause(node);
    CompletableFuture<Long> write =
        CompletableFuture.supplyAsync(
            () -> clients.get(node).put("config/never", "x", LONG_CALL).getRevision());
    assertUnanswered(write);
    STORE.kill(node);
    assertThatThrownBy(() -> write.get(10, TimeUnit.SECONDS))
        .hasCauseInstanceOf(StatusRuntimeException.class);
    STORE.restart(node);
    assertThat(STORE.cluster().isPaused(node)).isFalse();
    assertThat(STORE.cluster().node(node).awaitReady(SOON)).isTrue();
    assertThat(clients.get(STORE.leader()).get("config/never").hasFact()).isFalse();
  }

  @Test
  void aNodeThatIsDownCantBePaused() {
    STORE.kill(2);
    assertThatThrownBy(() -> STORE.pause(2))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("n2");
  }

  private static void assertUnanswered(CompletableFuture<?> call) throws InterruptedException {
    assertThatThrownBy(() -> call.get(NO_ANSWER_MILLIS, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);
  }

  /** Tries until a write is acknowledged; earlier tries may have taken effect as well. */
  private long putUntilTaken(int node, String key, String text) {
    long[] revision = new long[1];
    await()
        .atMost(SOON)
        .ignoreExceptionsInstanceOf(StatusRuntimeException.class)
        .until(
            () -> {
              revision[0] = clients.get(node).put(key, text, Duration.ofSeconds(2)).getRevision();
              return true;
            });
    return revision[0];
  }
}
