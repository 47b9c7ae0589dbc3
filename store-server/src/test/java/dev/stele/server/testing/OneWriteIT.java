// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.testing;

import static dev.stele.server.testing.TimedCluster.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.stele.proto.v1.PutRequest;
import dev.stele.proto.v1.PutResponse;
import dev.stele.proto.v1.RequestHeader;
import dev.stele.proto.v1.SessionTag;
import dev.stele.server.core.model.Limits;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One write under a session, sent again whatever happens to the nodes, and to time. */
@Timeout(300)
final class OneWriteIT {
  private static final String KEY = "config/once";
  private static final ByteString SESSION = ByteString.copyFrom(new byte[16]);
  private static final Duration DEADLINE = Duration.ofSeconds(5);
  private static final Duration STAMP = Duration.ofMillis(Limits.STAMP_MAX_ADVANCE_MILLIS);

  @TempDir private Path directory;
  private TimedCluster cluster;
  private PutResponse first;
  private PutRequest write;
  private int retries;

  @BeforeEach
  void startCluster() throws InterruptedException {
    cluster = new TimedCluster(directory);
  }

  @AfterEach
  void stopCluster() {
    cluster.close();
  }

  @Test
  void aWriteThatIsSentAgainForMoreThanAnHourTakesEffectOnce() throws InterruptedException {
    int leader = cluster.leader();
    write = tagged(KEY, 1, storeTimeMillis());
    first = untilAnswered(leader, write);

    sameAnswerAt(leader);
    sameAnswerAt((leader + 1) % 3);
    sameAnswerAt((leader + 2) % 3);

    cluster.kill(leader);
    sameAnswerAt((leader + 1) % 3);
    sameAnswerAt((leader + 2) % 3);
    cluster.startAll();
    sameAnswerAt(leader);

    cluster.restartAll();
    sameAnswerAt(0);
    sameAnswerAt(1);
    sameAnswerAt(2);

    passTime(Duration.ofMinutes(59));
    sameAnswerAt(cluster.leader());
    assertThat(retries).isEqualTo(10);

    passTime(Duration.ofMinutes(2));
    awaitForgotten();
    assertOneEffect();

    // The same client comes back under the same id: what is forgotten stays expired.
    PutRequest next = tagged("config/next", 2, storeTimeMillis());
    assertThat(untilAnswered(cluster.leader(), next).getRevision()).isPositive();
    awaitExpiredAt(0);
    cluster.restartAll();
    awaitExpiredAt(1);
    assertOneEffect();
  }

  private static PutRequest tagged(String key, long sequence, long storeTimeMillis) {
    SessionTag tag =
        SessionTag.newBuilder()
            .setId(SESSION)
            .setSequence(sequence)
            .setAcknowledgedBelow(1)
            .setStoreTimeMillis(storeTimeMillis)
            .build();
    return PutRequest.newBuilder()
        .setHeader(RequestHeader.newBuilder().setSession(tag))
        .setKey(RawClient.utf8(key))
        .setBody(RawClient.body("once"))
        .build();
  }

  private void sameAnswerAt(int node) {
    retries++;
    PutResponse again = untilAnswered(node, write);
    assertThat(again.getDuplicate()).isTrue();
    assertThat(again.getRevision()).isEqualTo(first.getRevision());
    assertThat(again.getCreateRevision()).isEqualTo(first.getCreateRevision());
    assertThat(again.getVersion()).isEqualTo(first.getVersion());
    assertOneEffect();
  }

  private void assertOneEffect() {
    try (RawClient client = client(cluster.leader())) {
      await()
          .atMost(SOON)
          .ignoreExceptionsInstanceOf(StatusRuntimeException.class)
          .untilAsserted(
              () ->
                  assertThat(client.history(KEY).getChangesList())
                      .singleElement()
                      .satisfies(
                          it -> assertThat(it.getRevision()).isEqualTo(first.getRevision())));
    }
  }

  /** Store time moves by stamps only, a second each at most: so there is one write for each. */
  private void passTime(Duration time) {
    long end = storeTimeMillis() + time.toMillis();
    PutRequest tick =
        PutRequest.newBuilder()
            .setKey(RawClient.utf8("config/clock"))
            .setBody(RawClient.body("tick"))
            .build();
    try (RawClient client = client(cluster.leader())) {
      for (long now = 0; now < end; ) {
        cluster.advance(STAMP);
        now = untilAnswered(client, tick).getHeader().getStoreTimeMillis();
      }
    }
  }

  /** Until the leader finds the session, every answer is the old one. */
  private void awaitForgotten() {
    await()
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(100))
        .until(
            () -> {
              cluster.advance(Duration.ofMinutes(1));
              try (RawClient client = client(cluster.leader())) {
                PutResponse again = client.put(write, DEADLINE);
                assertThat(again.getDuplicate()).isTrue();
                assertThat(again.getRevision()).isEqualTo(first.getRevision());
                return false;
              } catch (StatusRuntimeException refused) {
                return RawClient.reason(refused).equals("SESSION_EXPIRED");
              }
            });
  }

  private void awaitExpiredAt(int node) {
    try (RawClient client = client(node)) {
      await()
          .atMost(SOON)
          .untilAsserted(
              () ->
                  assertThatThrownBy(() -> client.put(write, DEADLINE))
                      .isInstanceOfSatisfying(
                          StatusRuntimeException.class,
                          refused ->
                              assertThat(RawClient.reason(refused)).isEqualTo("SESSION_EXPIRED")));
    }
  }

  /** A failure says nothing of what happened: that is what the retry is for. */
  private PutResponse untilAnswered(int node, PutRequest request) {
    try (RawClient client = client(node)) {
      return untilAnswered(client, request);
    }
  }

  private static PutResponse untilAnswered(RawClient client, PutRequest request) {
    return await()
        .atMost(SOON)
        .pollDelay(Duration.ZERO)
        .ignoreExceptionsInstanceOf(StatusRuntimeException.class)
        .until(() -> client.put(request, DEADLINE), answer -> true);
  }

  private long storeTimeMillis() {
    try (RawClient client = client(cluster.leader())) {
      return client.get(KEY).getHeader().getStoreTimeMillis();
    }
  }

  private RawClient client(int node) {
    return new RawClient(cluster.endpoints().get(node));
  }
}
