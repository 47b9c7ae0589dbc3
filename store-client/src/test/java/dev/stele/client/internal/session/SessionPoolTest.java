// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.stele.client.internal.history.History;
import dev.stele.proto.v1.RequestHeader;
import dev.stele.proto.v1.ResponseHeader;
import dev.stele.proto.v1.SessionTag;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which session a write goes into, and what it says on the wire. */
final class SessionPoolTest {
  private static final long LATER = Session.RENEW_NANOS;

  private final History history = new History();
  private final SessionPool pool = new SessionPool(new SessionIds());

  @Test
  void aWriteSaysWhichItIsAndOfWhen() {
    History.Known known = seen(1, 5_000);
    Ticket first = pool.take(known, 0);
    Ticket second = pool.take(known, 0);

    RequestHeader header = second.header();
    assertThat(header.toBuilder().clearSession().build()).isEqualTo(known.header());
    assertThat(header.getSession().getId().size()).isEqualTo(16);
    assertThat(header.getSession().getSequence()).isEqualTo(2);
    assertThat(header.getSession().getAcknowledgedBelow()).isEqualTo(1);
    assertThat(header.getSession().getStoreTimeMillis()).isEqualTo(5_000);
    assertThat(first.header().getSession().getId()).isEqualTo(header.getSession().getId());
  }

  @Test
  void aRetryRepeatsAllButTheMark() {
    History.Known known = seen(1, 5_000);
    Ticket first = pool.take(known, 0);
    Ticket second = pool.take(known, 0);
    SessionTag before = second.header().getSession();

    pool.leave(first);
    seen(1, 9_000);
    SessionTag after = second.header().getSession();
    assertThat(after.getAcknowledgedBelow()).isEqualTo(2);
    assertThat(after.toBuilder().setAcknowledgedBelow(1).build()).isEqualTo(before);
  }

  @Test
  void aLateLookAtAWriteThatHasLeftNeverSaysAMarkBeyondIt() {
    Ticket gone = pool.take(seen(1, 0), 0);
    pool.leave(gone);
    assertThat(gone.header().getSession().getAcknowledgedBelow()).isEqualTo(1);
  }

  @Test
  void anotherSessionIsOpenedWhenTheFirstIsFullUpToSixteen() {
    History.Known known = seen(1, 0);
    List<Ticket> tickets = new ArrayList<>();
    for (int i = 0; i < SessionPool.MAX_SESSIONS * SessionPool.WINDOW; i++) {
      tickets.add(pool.take(known, 0));
      assertThat(pool.size()).isEqualTo(i / SessionPool.WINDOW + 1);
    }
    assertThat(tickets).doesNotContainNull().hasSize(4_096);
    assertThat(pool.take(known, 0)).isNull();

    pool.leave(tickets.get(1_000));
    assertThat(pool.take(known, 0)).as("not the lowest of its session").isNull();
    pool.leave(tickets.get(768));
    assertThat(pool.take(known, 0)).isNotNull();
    assertThat(pool.take(known, 0)).isNull();
  }

  @Test
  void aSessionThatHasRoomAgainIsUsedBeforeLaterOnes() {
    History.Known known = seen(1, 0);
    List<Ticket> tickets = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      tickets.add(pool.take(known, 0));
    }
    tickets.forEach(pool::leave);
    Ticket next = pool.take(known, 0);
    assertThat(next.header().getSession().getId())
        .isEqualTo(tickets.get(0).header().getSession().getId());
  }

  @Test
  void anotherHistoryHasSessionsOfItsOwn() {
    Ticket before = pool.take(seen(1, 0), 0);
    history.forget();
    Ticket after = pool.take(seen(2, 0), 0);

    assertThat(after.header().getEpoch()).isEqualTo(2);
    assertThat(before.header().getEpoch()).isEqualTo(1);
    assertThat(after.header().getSession().getId())
        .isNotEqualTo(before.header().getSession().getId());
  }

  @Test
  void anIdleSessionIsReplacedAndABusyOneKept() {
    History.Known known = seen(1, 0);
    Ticket busy = pool.take(known, 0);
    ByteString id = busy.header().getSession().getId();
    assertThat(pool.take(known, LATER).header().getSession().getId()).isEqualTo(id);
    pool.leave(busy);

    SessionPool idle = new SessionPool(new SessionIds());
    Ticket first = idle.take(known, 0);
    idle.leave(first);
    Ticket next = idle.take(known, LATER);
    assertThat(next.header().getSession().getId())
        .isNotEqualTo(first.header().getSession().getId());
    assertThat(idle.size()).isEqualTo(1);
  }

  @Test
  void anExpiredSessionIsNotUsedAgainAndItsTimeNeither() {
    History.Known known = seen(1, 5_000);
    Ticket expired = pool.take(known, 0);
    assertThat(known.isFresh(0)).isTrue();
    pool.expired(expired);
    assertThat(known.isFresh(0)).isFalse();

    seen(1, 5_000);
    assertThat(known.isFresh(0)).isFalse();
    seen(1, 5_001);
    assertThat(known.isFresh(0)).isTrue();
    assertThat(pool.take(known, 0).header().getSession().getId())
        .isNotEqualTo(expired.header().getSession().getId());
  }

  @Test
  void aStoreTimeIsFreshForHalfAnHourAfterTheLastAnswer() {
    History.Known known = seen(1, 5_000);
    assertThat(known.isFresh(History.Known.FRESH_NANOS - 1)).isTrue();
    assertThat(known.isFresh(History.Known.FRESH_NANOS)).isFalse();

    history.observe(known, header(1, 5_000), History.Known.FRESH_NANOS);
    assertThat(known.isFresh(2 * History.Known.FRESH_NANOS - 1)).isTrue();
    assertThat(history.known().storeTimeMillis()).isEqualTo(5_000);
  }

  @Test
  void idsAreDrawnAnew() {
    SessionIds ids = new SessionIds();
    Set<ByteString> drawn = new HashSet<>();
    for (int i = 0; i < 1_000; i++) {
      drawn.add(ids.get());
    }
    assertThat(drawn).hasSize(1_000).allMatch(id -> id.size() == 16);
  }

  private History.Known seen(long epoch, long storeTimeMillis) {
    history.observe(history.known(), header(epoch, storeTimeMillis), 0);
    return history.known();
  }

  private static ResponseHeader header(long epoch, long storeTimeMillis) {
    return ResponseHeader.newBuilder()
        .setClusterId("01J")
        .setEpoch(epoch)
        .setStoreTimeMillis(storeTimeMillis)
        .build();
  }
}
