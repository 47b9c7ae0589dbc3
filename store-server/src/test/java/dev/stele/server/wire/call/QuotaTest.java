// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.server.port.RetryDelay;
import dev.stele.server.wire.call.Quota.Share;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class QuotaTest {
  private final Quota quota = new Quota(100, 100 * Quota.SMALL_BYTES, true);

  private static int beginAll(Quota quota, Share share, int wanted) {
    int begun = 0;
    while (begun < wanted && quota.begin(share)) {
      begun++;
    }
    return begun;
  }

  @Test
  void aLoneConnectionMayHaveHalfOfTheCalls() {
    assertThat(beginAll(quota, new Share(), 1_000)).isEqualTo(50);
  }

  @Test
  void whoHasFewCallsUnderWayIsLetInWhileWhoHasManyIsNot() {
    Share greedy = new Share();
    beginAll(quota, greedy, 1_000);
    Share modest = new Share();
    assertThat(quota.begin(modest)).isTrue();
    assertThat(quota.begin(greedy)).isFalse();
    assertThat(beginAll(quota, modest, 1_000)).as("an equal share, 25 of 50").isEqualTo(24);
  }

  @Test
  void eachOfHalfAsManyConnectionsAsCallsMayHaveOne() {
    Share greedy = new Share();
    beginAll(quota, greedy, 1_000);
    for (int i = 0; i < 50; i++) {
      assertThat(quota.begin(new Share())).as("connection " + i).isTrue();
    }
    assertThat(quota.begin(new Share())).as("all calls are taken").isFalse();
    assertThat(quota.calls()).isEqualTo(100);
  }

  @Test
  void connectionsThatOnlyPassOnGetAllThereIs() {
    Quota unfair = new Quota(100, 1, false);
    assertThat(beginAll(unfair, new Share(), 1_000)).isEqualTo(100);
  }

  @Test
  void whatEndsMakesRoom() {
    List<Share> shares = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      Share share = new Share();
      shares.add(share);
      assertThat(quota.begin(share)).isTrue();
    }
    assertThat(quota.begin(new Share())).isFalse();
    quota.end(shares.get(0));
    assertThat(quota.begin(new Share())).isTrue();
    shares.subList(1, 100).forEach(quota::end);
    assertThat(quota.calls()).isEqualTo(1);
  }

  @Test
  void aQuarterOfTheBytesIsKeptForSmallRequests() {
    assertThat(quota.take(0, 75L * Quota.SMALL_BYTES)).isTrue();
    assertThat(quota.take(0, Quota.SMALL_BYTES + 1)).as("a large one").isFalse();
    assertThat(quota.take(Quota.SMALL_BYTES, 1)).as("one that becomes large").isFalse();
    for (int i = 0; i < 25; i++) {
      assertThat(quota.take(0, Quota.SMALL_BYTES)).isTrue();
    }
    assertThat(quota.take(0, 1)).as("all bytes are taken").isFalse();
    quota.giveBack(1);
    assertThat(quota.take(0, 1)).isTrue();
    assertThat(quota.bytes()).isEqualTo(100L * Quota.SMALL_BYTES);
  }

  @Test
  void theDelayGrowsWhileMoreAreTurnedAwayThanServed() {
    beginAll(quota, new Share(), 100);
    beginAll(quota, new Share(), 100);
    beginAll(quota, new Share(), 100);
    for (int i = 0; i < 4; i++) {
      assertThat(quota.refuse(i * RetryDelay.WHILE.toNanos())).isNotNull();
    }
    assertThat(quota.refuse(4 * RetryDelay.WHILE.toNanos()))
        .isGreaterThan(RetryDelay.EDGE.multipliedBy(4));
  }

  @Test
  void streamsBorrowWhatThereIsNoRoomForUpToTheLoanOfTheirConnection() {
    Share share = new Share();
    assertThat(quota.borrow(share, Quota.LOAN_BYTES)).isTrue();
    assertThat(quota.borrow(share, 1)).isFalse();
    assertThat(quota.borrow(new Share(), 1)).as("another connection has its own").isTrue();
    assertThat(quota.bytes()).isEqualTo(Quota.LOAN_BYTES + 1);
    quota.repay(share, Quota.LOAN_BYTES);
    assertThat(quota.bytes()).isEqualTo(1);
    assertThat(quota.borrow(share, 1)).isTrue();
  }
}
