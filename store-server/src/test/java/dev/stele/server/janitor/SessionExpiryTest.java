// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.janitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.server.consensus.ManualTicker;
import dev.stele.server.core.apply.Effects;
import dev.stele.server.core.command.Command;
import dev.stele.server.core.command.ExpireSessions;
import dev.stele.server.core.lease.LeaseChanges;
import dev.stele.server.core.model.Limits;
import dev.stele.server.core.model.StoreMeta;
import dev.stele.server.core.session.Session;
import dev.stele.server.core.session.SessionChange;
import dev.stele.server.core.session.SessionId;
import dev.stele.server.port.LogPosition;
import dev.stele.server.port.Proposal;
import dev.stele.server.storage.MapStateStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SessionExpiryTest {
  private static final long NOW = 2 * Limits.SESSION_TTL_MILLIS;
  private static final long EXPIRED = NOW - Limits.SESSION_TTL_MILLIS;

  private final ManualTicker ticker = new ManualTicker();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final MapStateStore store = new MapStateStore();
  private final List<Command> proposed = new ArrayList<>();
  private final List<CompletableFuture<Proposal>> outcomes = new ArrayList<>();
  private boolean ready = true;

  private final SessionExpiry expiry =
      new SessionExpiry(
          (command, deadline) -> {
            proposed.add(command);
            CompletableFuture<Proposal> outcome = new CompletableFuture<>();
            outcomes.add(outcome);
            return outcome;
          },
          store,
          ticker,
          meters);

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void onlyWhatIsExpiredIsProposed() {
    remember(1, EXPIRED);
    remember(2, EXPIRED + 1);
    tend();
    assertThat(proposed).containsExactly(new ExpireSessions(List.of(id(1))));
  }

  @Test
  void nothingIsProposedWhenNothingIsExpired() {
    remember(1, EXPIRED + 1);
    tend();
    assertThat(proposed).isEmpty();
  }

  @Test
  void onlyAReadyLeaderLooks() {
    remember(1, EXPIRED);
    ready = false;
    tend();
    assertThat(proposed).isEmpty();
    ready = true;
    tend();
    assertThat(proposed).hasSize(1);
  }

  @Test
  void oneCommandForgetsNoMoreThanItMayAndTheWalkGoesOn() {
    for (int i = 0; i <= SessionExpiry.STEP_SESSIONS; i++) {
      remember(i, EXPIRED);
    }
    tend();
    assertThat(((ExpireSessions) proposed.get(0)).ids()).hasSize(Limits.EXPIRE_MAX_SESSIONS);
    // The next step waits for the outcome of this one.
    tend();
    assertThat(proposed).hasSize(1);
    outcomes.get(0).complete(new Proposal.Unknown("lost"));
    tend();
    assertThat(proposed.get(1))
        .isEqualTo(new ExpireSessions(List.of(id(SessionExpiry.STEP_SESSIONS))));
  }

  @Test
  void betweenTwoWalksItRests() {
    tend();
    remember(1, EXPIRED);
    ticker.advanceMillis(SessionExpiry.PAUSE.toMillis() - 1);
    tend();
    assertThat(proposed).isEmpty();
    ticker.advanceMillis(1);
    tend();
    assertThat(proposed).hasSize(1);
  }

  @Test
  void aStepThatCameToNothingDoesNotHoldUpTheNext() {
    for (int i = 0; i <= SessionExpiry.STEP_SESSIONS; i++) {
      remember(i, EXPIRED);
    }
    tend();
    outcomes.get(0).complete(new Proposal.Unknown("lost"));
    tend();
    outcomes.get(1).complete(new Proposal.Decided(new ExpireSessions.Expired(1)));
    assertThat(proposed).hasSize(2);
    assertThat(items("failed")).isEqualTo(SessionExpiry.STEP_SESSIONS);
    assertThat(items("done")).isEqualTo(1);
    ticker.advanceMillis(SessionExpiry.PAUSE.toMillis());
    tend();
    assertThat(proposed.get(2)).isEqualTo(proposed.get(0));
    // All but two were used meanwhile.
    outcomes.get(2).complete(new Proposal.Decided(new ExpireSessions.Expired(2)));
    assertThat(items("refused")).isEqualTo(SessionExpiry.STEP_SESSIONS - 2);
    assertThat(items("done")).isEqualTo(3);
  }

  private void tend() {
    expiry.tend(ready ? OptionalLong.of(1) : OptionalLong.empty());
  }

  private double items(String outcome) {
    return meters.counter("stele.janitor.items", "task", "sessions", "outcome", outcome).count();
  }

  private void remember(long low, long lastUsedMillis) {
    Session session = new Session(id(low), 1, lastUsedMillis, List.of());
    store.commit(
        new LogPosition(1, store.applied().index() + 1),
        new Effects(
            StoreMeta.EMPTY.withStoreTimeMillis(NOW),
            List.of(),
            List.of(new SessionChange(session.id(), Optional.of(session))),
            LeaseChanges.NONE));
  }

  private static SessionId id(long low) {
    return new SessionId(0, low);
  }
}
