// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus;

import dev.stele.server.core.command.ExpireSessions;
import dev.stele.server.core.model.Limits;
import dev.stele.server.core.session.Session;
import dev.stele.server.core.session.SessionId;
import dev.stele.server.port.CommandLog;
import dev.stele.server.port.Leadership;
import dev.stele.server.port.Proposal;
import dev.stele.server.port.StateStore;
import dev.stele.server.port.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has sessions forgotten that nothing was written under for their TTL of store time. The leader
 * looks for them in small steps over its own state; whether one goes is decided where all commands
 * are. Nothing is proposed when none is found. One thread.
 */
final class SessionExpiry {
  /** Between two walks over all sessions. */
  static final Duration PAUSE = Duration.ofMinutes(1);

  /** Sessions that one step looks at. */
  static final int STEP_SESSIONS = Limits.EXPIRE_MAX_SESSIONS;

  private static final Duration DEADLINE = Duration.ofSeconds(5);
  private static final Logger LOG = LoggerFactory.getLogger(SessionExpiry.class);

  private final CommandLog log;
  private final Leadership leadership;
  private final StateStore store;
  private final Ticker ticker;
  private final AtomicBoolean proposing = new AtomicBoolean();
  private Optional<SessionId> walkedTo = Optional.empty();
  private long dueNanos;

  SessionExpiry(CommandLog log, Leadership leadership, StateStore store, Ticker ticker) {
    this.log = log;
    this.leadership = leadership;
    this.store = store;
    this.ticker = ticker;
    this.dueNanos = ticker.nanos();
  }

  /** Takes the next step if one is due. Called now and then; reads the store, waits for nobody. */
  void tend() {
    long now = ticker.nanos();
    if (now - dueNanos < 0 || proposing.get() || !leadership.standing().ready()) {
      return;
    }
    List<SessionId> expired = new ArrayList<>();
    try (StateStore.Snapshot snapshot = store.snapshot()) {
      List<Session> step = snapshot.sessions(walkedTo, STEP_SESSIONS);
      for (Session session : step) {
        if (session.expired(snapshot.meta().storeTimeMillis())) {
          expired.add(session.id());
        }
      }
      boolean last = step.size() < STEP_SESSIONS;
      walkedTo = last ? Optional.empty() : Optional.of(step.get(step.size() - 1).id());
      dueNanos = last ? now + PAUSE.toNanos() : now;
    }
    if (!expired.isEmpty()) {
      propose(expired, now);
    }
  }

  private void propose(List<SessionId> expired, long now) {
    proposing.set(true);
    CompletableFuture<Proposal> unused =
        log.propose(new ExpireSessions(expired), now + DEADLINE.toNanos())
            .whenComplete(
                (proposal, never) -> {
                  proposing.set(false);
                  LOG.atInfo()
                      .addKeyValue("sessions", expired.size())
                      .addKeyValue("outcome", proposal)
                      .log("proposed to forget expired sessions");
                });
  }
}
