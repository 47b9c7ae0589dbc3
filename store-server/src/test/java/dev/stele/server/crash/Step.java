// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.crash;

import java.util.Optional;

/**
 * The steps of a node's life below Raft at which its process is ended: between any two of what
 * apply, flush, publish, purge, reclaim and start do, and in the middle of the longer ones.
 */
enum Step {
  BEFORE_APPLY(Phase.APPLY, 0, At.entry("consensus.ratis.StoreStateMachine", "applyTransaction")),
  BEFORE_DECIDE(Phase.APPLY, 0, At.entry("core.apply.EntryRule", "decide")),
  BETWEEN_DECIDE_AND_COMMIT(Phase.APPLY, 0, At.entry("storage.RocksStateStore", "commit")),
  BEFORE_LAYING(Phase.APPLY, 0, At.entry("storage.Generations", "lay")),
  BETWEEN_LAYING_AND_SHOWING(Phase.APPLY, 0, At.exit("storage.Generation", "lay")),
  AFTER_COMMIT(Phase.APPLY, 0, At.exit("storage.RocksStateStore", "commit")),
  AFTER_APPLY(Phase.APPLY, 0, At.exit("consensus.ratis.StoreStateMachine", "applyTransaction")),

  BEFORE_FLUSH(Phase.FLUSH, 0, At.entry("storage.RocksStateStore", "flush")),
  BEFORE_SEALING(Phase.FLUSH, 0, At.entry("storage.Generations", "seal")),
  BETWEEN_SEALING_AND_WRITE(Phase.FLUSH, 0, At.exit("storage.Generations", "seal")),
  BEFORE_WRITE(Phase.FLUSH, 0, At.entry("storage.Database", "write")),
  DURING_WRITE(Phase.FLUSH, 1_000, At.entry("storage.Database", "write")),
  AFTER_WRITE(Phase.FLUSH, 0, At.exit("storage.Database", "write")),
  AFTER_SETTLING(Phase.FLUSH, 0, At.exit("storage.Generations", "writeSealed")),
  BETWEEN_SETTLING_AND_FLUSH(Phase.FLUSH, 0, At.entry("storage.Database", "flush")),
  DURING_FLUSH(Phase.FLUSH, 20_000, At.entry("storage.Database", "flush")),
  BETWEEN_FLUSH_AND_PUBLISH(Phase.FLUSH, 0, At.exit("storage.Database", "flush")),
  AFTER_PUBLISH(Phase.FLUSH, 0, At.exit("storage.RocksStateStore", "flush")),
  DURING_COMPACTION(Phase.FLUSH, 20_000, At.exit("storage.RocksStateStore", "flush")),

  BETWEEN_PUBLISH_AND_PURGE(Phase.PURGE, 0, At.entry("consensus.ratis.LogRetention", "purge")),
  BEFORE_PURGE(Phase.PURGE, 0, At.entry("consensus.ratis.ScriptedLog", "purge")),
  BETWEEN_PURGED_FILES(Phase.PURGE, 0, At.exit("consensus.ratis.ScriptedLog", "delete")),
  AFTER_PURGE(Phase.PURGE, 0, At.exit("consensus.ratis.ScriptedLog", "purge")),

  BETWEEN_FLOOR_AND_RECLAIM(Phase.RECLAIM, 0, At.entry("storage.Reclaimer", "floorRose")),
  BEFORE_RECLAIM(Phase.RECLAIM, 0, At.entry("storage.Reclaiming", "write")),
  DURING_RECLAIM(Phase.RECLAIM, 500, At.entry("storage.Reclaiming", "write")),
  AFTER_RECLAIM(Phase.RECLAIM, 0, At.exit("storage.Reclaiming", "write")),
  BETWEEN_RECLAIMS(Phase.RECLAIM, 0, At.entry("storage.Reclaimer", "rest")),

  BEFORE_DROPPING_FILES(Phase.DROP, 0, At.entry("storage.Database", "dropFiles")),
  DURING_DROPPING_FILES(Phase.DROP, 3_000, At.entry("storage.Database", "dropFiles")),
  AFTER_DROPPING_FILES(Phase.DROP, 0, At.exit("storage.Database", "dropFiles")),
  SOME_TIME_AFTER_DROPPING_FILES(Phase.DROP, 20_000, At.exit("storage.Database", "dropFiles")),

  BEFORE_OPEN(Phase.START, 0, At.entry("storage.Database", "open")),
  DURING_OPEN(Phase.START, 30_000, At.entry("storage.Database", "open")),
  AFTER_OPEN(Phase.START, 0, At.exit("storage.Database", "open")),
  BEFORE_REPLAY(Phase.START, 0, At.entry("consensus.ratis.StoreStateMachine", "replayFromDurable")),
  DURING_REPLAY(
      Phase.REPLAY, 2_000, At.entry("consensus.ratis.StoreStateMachine", "applyTransaction")),

  /** Wherever it happens to be: the clock alone decides. */
  ANYWHERE(
      Phase.START, 400_000, At.entry("consensus.ratis.StoreStateMachine", "replayFromDurable"));

  /** What a step belongs to: that decides how often a run may pass it before it ends there. */
  enum Phase {
    APPLY(400),
    REPLAY(10),
    FLUSH(6),
    PURGE(4),
    RECLAIM(6),
    DROP(6),
    START(1);

    final int mostHits;

    Phase(int mostHits) {
      this.mostHits = mostHits;
    }
  }

  /** A place in the code, in Byteman's words. */
  record At(String type, String method, String location) {
    static At entry(String type, String method) {
      return new At(type, method, "AT ENTRY");
    }

    static At exit(String type, String method) {
      return new At(type, method, "AT EXIT");
    }
  }

  final Phase phase;

  /** Microseconds from the place to the end, at most; 0: right there. */
  final int mostMicros;

  private final String rule;

  Step(Phase phase, int mostMicros, At at) {
    this.phase = phase;
    this.mostMicros = mostMicros;
    this.rule = Rules.rule(name(), at, "reached()");
  }

  /** The rule that calls {@link Failpoints#reached} there. */
  String rule() {
    return rule;
  }

  static Optional<Step> named(String name) {
    return name.equals("-") ? Optional.empty() : Optional.of(valueOf(name));
  }
}
