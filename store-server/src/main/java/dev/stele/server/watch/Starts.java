// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.watch;

import dev.stele.server.core.kind.Kinds;
import dev.stele.server.core.model.KindNames;
import dev.stele.server.core.model.Position;
import dev.stele.server.core.model.Reason;
import dev.stele.server.core.model.StoreMeta;
import dev.stele.server.port.ReadGate;
import dev.stele.server.port.StateStore;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Finds where a watch begins. What this node has applied is settled, so a watch that begins inside
 * of it, or right behind it, needs nobody's word; any other one waits for a confirm round, which
 * ends when this node has applied what the round confirmed. Only for the hub's thread.
 */
final class Starts {
  /** What a confirm round is given. */
  static final Duration CONFIRM_TIME = Duration.ofSeconds(5);

  private static final String FROM = "create.from_revision";

  private final Shared shared;
  private final Lives lives;

  Starts(Shared shared, Lives lives) {
    this.shared = shared;
    this.lives = lives;
  }

  void begin(Watcher watcher) {
    if (!shared.leader().isKnown() && !watcher.spec().stayWithoutLeader()) {
      // It would end at the next look, and its caller come back at once.
      lives.refuse(watcher, LeaderSight.NONE_KNOWN);
      return;
    }
    StoreMeta meta = shared.store().meta();
    boolean settled =
        watcher.spec().start() instanceof WatchSpec.From from
            && from.revision() <= meta.revision() + 1;
    if (settled && unknownKind(watcher.spec()).isEmpty()) {
      settle(watcher, meta);
      return;
    }
    CompletableFuture<Void> unused =
        shared
            .gate()
            .linearizable(shared.ticker().nanos() + CONFIRM_TIME.toNanos())
            .thenAccept(admission -> shared.inbox().execute(() -> confirmed(watcher, admission)));
  }

  private void confirmed(Watcher watcher, ReadGate.Admission admission) {
    if (watcher.state() == Watcher.State.ENDED) {
      return;
    }
    WatchSpec spec = watcher.spec();
    StoreMeta meta = shared.store().meta();
    if (admission instanceof ReadGate.Denied denied) {
      boolean lonely = denied.reason() == Reason.NO_QUORUM || denied.reason() == Reason.NOT_LEADER;
      if (spec.stayWithoutLeader() && lonely) {
        settle(watcher, meta);
      } else {
        lives.refuse(watcher, Problem.of(denied.reason(), "", denied.message()));
      }
      return;
    }
    Optional<Problem> unknown = unknownKind(spec);
    if (unknown.isPresent()) {
      lives.refuse(watcher, unknown.get());
    } else if (spec.start() instanceof WatchSpec.From from
        && from.revision() > meta.revision() + 1) {
      lives.refuse(
          watcher,
          Problem.of(
              Reason.INVALID_FIELD,
              FROM,
              "%s is revision %d, the store stands at %d, so at most %d is allowed"
                  .formatted(FROM, from.revision(), meta.revision(), meta.revision() + 1)));
    } else {
      settle(watcher, meta);
    }
  }

  private void settle(Watcher watcher, StoreMeta meta) {
    WatchSpec spec = watcher.spec();
    long next = spec.start() instanceof WatchSpec.From from ? from.revision() : meta.revision() + 1;
    if (next <= meta.floor()) {
      lives.refuse(watcher, Problem.compacted(FROM, next, meta.floor()));
      return;
    }
    if (spec.start() instanceof WatchSpec.InitialState) {
      // Reclaiming was held at the hub's position, which is not beyond it, before it was chosen.
      watcher.hold(shared.feed().hold());
      watcher.initial(new InitialState(meta.revision(), watcher.ranges()));
    }
    watcher.cursor(new Position(next, 0));
    watcher.told(watcher.initial().isPresent() ? 0 : next - 1);
    lives.created(watcher, next);
  }

  private Optional<Problem> unknownKind(WatchSpec spec) {
    if (spec.kinds().stream().allMatch(Starts::isBuiltIn)) {
      return Optional.empty();
    }
    try (StateStore.Snapshot snapshot = shared.store().snapshot()) {
      for (int i = 0; i < spec.kinds().size(); i++) {
        String kind = spec.kinds().get(i);
        if (!isBuiltIn(kind) && Kinds.policy(snapshot, kind).isEmpty()) {
          String field = "create.selector.kinds[" + i + "]";
          String message = field + " is " + kind + ", a kind that nobody declared";
          return Optional.of(Problem.of(Reason.UNKNOWN_KIND, field, message));
        }
      }
      return Optional.empty();
    }
  }

  private static boolean isBuiltIn(String kind) {
    return kind.equals(KindNames.LEASE)
        || kind.equals(KindNames.KIND)
        || KindNames.BUILT_IN.contains(kind);
  }
}
