// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.janitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Change;
import dev.stele.server.core.model.Key;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class DrainFeedTest {
  private final DrainFeed feed = new DrainFeed();
  private final Claims claims = new Claims();
  private final List<Change> told = new ArrayList<>();

  DrainFeedTest() {
    claims.listeners.add(feed);
  }

  @AfterEach
  void close() {
    claims.store.close();
  }

  @Test
  void onlyChangesOfClaimsAreToldInTheirOrder() {
    feed.open();
    claims.owned(2, 1);
    claims.put(Key.of("config/a"), Bytes.utf8("x"));
    claims.owned(1, 1);
    assertThat(feed.drainTo(told::add)).isFalse();
    assertThat(told).extracting(Change::key).containsExactly(Claims.key(2), Claims.key(1));
    assertThat(feed.drainTo(told::add)).isFalse();
    assertThat(told).hasSize(2);
  }

  @Test
  void atItsBoundNothingIsMissedAndBeyondItItSaysSo() {
    feed.open();
    for (int i = 0; i < DrainFeed.MAX_CHANGES; i++) {
      claims.owned(1, i);
    }
    assertThat(feed.drainTo(told::add)).isFalse();
    assertThat(told).hasSize(DrainFeed.MAX_CHANGES);
    told.clear();
    for (int i = 0; i <= DrainFeed.MAX_CHANGES; i++) {
      claims.owned(1, i);
    }
    assertThat(feed.drainTo(told::add)).isTrue();
    assertThat(told).hasSize(DrainFeed.MAX_CHANGES);
    // There is room again.
    claims.owned(1, 1);
    assertThat(feed.drainTo(told::add)).isFalse();
    assertThat(told).hasSize(DrainFeed.MAX_CHANGES + 1);
  }

  @Test
  void whatCameBeforeItWasClosedIsForgotten() {
    feed.open();
    for (int i = 0; i <= DrainFeed.MAX_CHANGES; i++) {
      claims.owned(1, i);
    }
    feed.close();
    claims.owned(1, 1);
    feed.open();
    assertThat(feed.drainTo(told::add)).isFalse();
    assertThat(told).isEmpty();
  }
}
