// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.janitor;

import dev.stele.server.core.command.ExpireSessions;
import dev.stele.server.core.command.ExpireSessions.Expired;
import dev.stele.server.core.model.Limits;
import dev.stele.server.core.session.Session;
import dev.stele.server.core.session.SessionId;
import dev.stele.server.port.CommandLog;
import dev.stele.server.port.Proposal;
import dev.stele.server.port.Proposal.Decided;
import dev.stele.server.port.StateStore;
import dev.stele.server.port.Ticker;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has sessions forgotten that nothing was written under for their TTL of store time. The leader
 * looks for them in small steps over its own state; whether one goes is decided where all commands
 * are. Nothing is proposed when none is found. One thread.
 */
final class SessionExpiry implements Task {
  /** Between two walks over all sessions. */
  static final Duration PAUSE = Duration.ofMinutes(1);

  /** Sessions that one step looks at. */
  static final int STEP_SESSIONS = Limits.EXPIRE_MAX_SESSIONS;

  private static final Duration DEADLINE = Duration.ofSeconds(5);
  private static final Logger LOG = LoggerFactory.getLogger(SessionExpiry.class);

  private final CommandLog log;
  private final StateStore store;
  private final Ticker ticker;
  private final TaskMeters meters;
  private final AtomicBoolean proposing = new AtomicBoolean();

  /** The last one came to nothing, and that was said. */
  private final AtomicBoolean failing = new AtomicBoolean();

  private Optional<SessionId> walkedTo = Optional.empty();
  private long dueNanos;

  SessionExpiry(CommandLog log, StateStore store, Ticker ticker, MeterRegistry registry) {
    this.log = log;
    this.store = store;
    this.ticker = ticker;
    this.meters = new TaskMeters(registry, "sessions");
    this.dueNanos = ticker.nanos();
  }

  @Override
  public TaskMeters meters() {
    return meters;
  }

  @Override
  public Step tend(OptionalLong term) {
    long now = ticker.nanos();
    if (now - dueNanos < 0 || proposing.get() || term.isEmpty()) {
      return Step.NONE;
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
    return Step.TAKEN;
  }

  private void propose(List<SessionId> expired, long now) {
    proposing.set(true);
    CompletableFuture<Void> unused =
        log.propose(new ExpireSessions(expired), now + DEADLINE.toNanos())
            .thenAccept(proposal -> decided(expired.size(), proposal));
  }

  private void decided(int sessions, Proposal proposal) {
    if (proposal instanceof Decided decided && decided.result() instanceof Expired gone) {
      meters.done(gone.count());
      // They were used since.
      meters.refused(sessions - gone.count());
      failing.set(false);
      LOG.atInfo()
          .addKeyValue("sessions", gone.count())
          .log("forgot sessions that nobody had used for an hour of store time");
    } else {
      meters.failed(sessions);
      if (failing.compareAndSet(false, true)) {
        LOG.atWarn()
            .addKeyValue("sessions", sessions)
            .addKeyValue("outcome", proposal)
            .log("expired sessions could not be forgotten; it is tried again");
      }
    }
    proposing.set(false);
  }
}
