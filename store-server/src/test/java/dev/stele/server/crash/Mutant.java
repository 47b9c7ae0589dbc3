// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.crash;

import dev.stele.server.crash.Step.At;

/** Faults that are put into production code, to see whether the harness finds them. */
enum Mutant {
  PUBLISHES_WITHOUT_FLUSH(
      "and after the crash is",
      Rules.rule("NO_FLUSH", At.entry("storage.Database", "flush"), "RETURN")),
  SETTLES_LESS_THAN_IT_SAYS(
      "the twin",
      Rules.rule(
          "ONE_MORE",
          At.exit("storage.Generation", "sealedAt"),
          "$! = new dev.stele.server.port.LogPosition($!.term(), $!.index() + 1)")),
  FLUSHES_FAMILIES_APART(
      "the run failed",
      Rules.rule("NOT_ATOMIC", At.exit("storage.Tuning", "database"), "$!.setAtomicFlush(false)")),
  APPLIES_AGAIN(
      "took effect again",
      Rules.rule(
              "ALWAYS_AHEAD",
              At.entry("consensus.ratis.StoreStateMachine", "isAhead"),
              "RETURN true")
          + Rules.rule(
              "ALWAYS_BEYOND", At.entry("storage.RocksStateStore", "requireBeyond"), "RETURN")),
  // Found by what follows without a session, or by the last look.
  LOSES_SESSIONS(
      "the rows add up to|the state differs from",
      Rules.rule("NO_SESSIONS", At.entry("storage.GenerationBatch", "putSession"), "RETURN")),
  // Found by the last look, or by one at a crash on the way there.
  LOSES_BINDINGS(
      "the twin",
      Rules.rule("NO_BINDINGS", At.entry("storage.GenerationBatch", "putBinding"), "RETURN")),
  RECLAIMS_BEYOND_THE_FLOOR(
      "is not what the twin holds",
      Rules.rule("TOO_FAR", At.entry("storage.Reclaiming", "next"), "$2 = $2 + 40")),
  // What comes back behind a crash has an older floor then, and changes behind it are gone.
  DROPS_FILES_AHEAD_OF_THE_DISK(
      "is not what the twin holds|the run failed",
      Rules.rule(
          "DISK_IS_NOT_ASKED",
          At.entry("storage.RocksStateStore", "flush"),
          "$this.generations.dropFiles(java.lang.Long.MAX_VALUE)")),
  // What stood at the floor is gone where no change carries it.
  DROPS_FILES_UP_TO_THE_FLOOR(
      "is not what the twin holds|the run failed",
      Rules.rule("DISK_NEEDS_LESS", At.entry("storage.HistoryFiles", "drop"), "$1 = $1 + 40")
          + Rules.rule(
              "STATES_NEED_LESS", At.exit("storage.OpenStates", "leastReclaimed"), "$! = $! + 40")),
  PURGES_WHAT_IS_NOT_DURABLE(
      "the log begins at",
      Rules.rule(
              "NO_VOTER_LAGS",
              At.entry("consensus.ratis.LogRetention", "slowestCommit"),
              "RETURN 1000000")
          + Rules.rule(
              "ALL_IS_DURABLE",
              At.entry("consensus.ratis.LogRetention", "purge"),
              "$1 = new dev.stele.server.port.LogPosition(1000, 1000000)"));

  /** What is found, in words of the finding: a regular expression. */
  final String finding;

  private final String rules;

  Mutant(String finding, String rules) {
    this.finding = finding;
    this.rules = rules;
  }

  String rules() {
    return rules;
  }
}
