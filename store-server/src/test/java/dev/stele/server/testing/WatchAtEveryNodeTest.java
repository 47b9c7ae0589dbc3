// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.testing;

import static dev.stele.proto.v1.WatchResponse.ResponseCase.CREATED;
import static dev.stele.proto.v1.WatchResponse.ResponseCase.ENDED;
import static dev.stele.proto.v1.WatchResponse.ResponseCase.REFUSED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.proto.v1.WatchEvent;
import dev.stele.proto.v1.WatchResponse;
import dev.stele.server.wire.WatchCall;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Any node serves watches: the same ones, and honestly when it is cut off. */
final class WatchAtEveryNodeTest {
  @RegisterExtension private static final StoreExtension STORE = StoreExtension.nodes(3).build();

  private final List<ManagedChannel> channels = new ArrayList<>();
  private final List<RawClient> clients = new ArrayList<>();

  @BeforeEach
  void connect() {
    for (String endpoint : STORE.cluster().endpoints()) {
      clients.add(new RawClient(endpoint));
      channels.add(NettyChannelBuilder.forTarget("dns:///" + endpoint).usePlaintext().build());
    }
  }

  @AfterEach
  void disconnect() {
    clients.forEach(RawClient::close);
    channels.forEach(ManagedChannel::shutdownNow);
  }

  @Test
  void theSameRevisionIsFollowedByTheSameEventsAtEachNode() throws InterruptedException {
    int leader = STORE.leader();
    long first = clients.get(leader).put("config/same", "0").getRevision();
    long last = first;
    for (int i = 1; i < 100; i++) {
      last = clients.get(i % 3).put("config/same", "round " + i).getRevision();
    }
    int count = (int) (last - first + 1);
    List<List<WatchEvent>> seen = new ArrayList<>();
    for (ManagedChannel channel : channels) {
      try (WatchCall call = WatchCall.open(channel)) {
        call.send(WatchCall.create(1, "config/same").setFromRevision(first).setPrevious(true));
        call.next(1, CREATED);
        seen.add(call.events(1, count));
      }
    }
    assertThat(seen.get(0)).isEqualTo(seen.get(1)).isEqualTo(seen.get(2));
  }

  @Test
  void aNodeThatLagsWaitsUntilItHasWhatTheWatchBeginsWith() throws InterruptedException {
    int leader = STORE.leader();
    int follower = (leader + 1) % 3;
    clients.get(follower).put("config/lag", "0");
    STORE.cluster().isolate(follower);
    long missed = 0;
    for (int i = 0; i < 5; i++) {
      missed = clients.get(leader).put("config/lag", "round " + i).getRevision();
    }
    try (WatchCall call = WatchCall.open(channels.get(follower))) {
      call.send(
          WatchCall.create(1, "config/lag").setFromRevision(missed).setStayWithoutLeader(false));
      STORE.cluster().heal();
      assertThat(call.next(1, CREATED).getCreated().getNextRevision()).isEqualTo(missed);
      assertThat(call.events(1, 1).get(0).getFact().getModRevision()).isEqualTo(missed);
    }
  }

  @Test
  void aNodeWithoutALeaderEndsWatchesButForThoseThatStay() throws InterruptedException {
    int leader = STORE.leader();
    int follower = (leader + 1) % 3;
    long base = clients.get(follower).put("config/alone", "0").getRevision();
    try (WatchCall leaves = WatchCall.open(channels.get(follower));
        WatchCall stays = WatchCall.open(channels.get(follower))) {
      leaves.send(WatchCall.create(1, "config/alone").setFromRevision(base + 1));
      leaves.next(1, CREATED);
      stays.send(
          WatchCall.create(1, "config/alone")
              .setFromRevision(base + 1)
              .setStayWithoutLeader(true)
              .setProgressIntervalMillis(500));
      stays.next(1, CREATED);
      STORE.cluster().isolate(follower);
      assertThat(leaves.next(1, ENDED).getEnded().getProblem().getReason()).isEqualTo("NO_QUORUM");
      leaves.send(WatchCall.create(2, "config/alone").setFromRevision(base + 1));
      assertThat(leaves.next(2, REFUSED).getRefused().getProblem().getReason())
          .as("it would only end again")
          .isEqualTo("NO_QUORUM");
      WatchResponse mark;
      do {
        mark = stays.next();
      } while (mark.getProgress().getLeaderKnown());
      assertThat(mark.getProgress().getRevision()).isEqualTo(base);
      STORE.cluster().heal();
      assertThat(STORE.cluster().awaitReady(Duration.ofSeconds(30))).isTrue();
      long next = clients.get(STORE.leader()).put("config/alone", "1").getRevision();
      WatchResponse event;
      do {
        event = stays.next();
      } while (!event.hasEvents());
      assertThat(event.getEvents().getEvents(0).getFact().getModRevision()).isEqualTo(next);
    }
  }
}
