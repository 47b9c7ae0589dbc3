// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.crash;

/** Rules in Byteman's language: what happens at a place of code that knows nothing of it. */
final class Rules {
  /** Tells {@link Failpoints} what was decided, which a follower tells nobody. */
  static final String WATCH_DECISIONS =
      rule("WATCH_DECISIONS", Step.At.exit("core.apply.EntryRule", "decide"), "decided($!)");

  /** Logs are short: else no file of history would ever lie below what is kept. */
  static final String SHORT_SLACK =
      rule(
              "NEAR_IS_NEARER",
              Step.At.entry("core.model.Slack", "isFar"),
              "RETURN $1.revision() - $2.revision() > 40")
          + rule("LESS_IS_KEPT", Step.At.entry("core.model.Slack", "unneeded"), "RETURN $1 - 40")
          + rule(
              "ALWAYS_WORTHWHILE",
              Step.At.entry("storage.HistoryFiles", "isWorthwhile"),
              "RETURN $1 > 0");

  private Rules() {}

  static String rule(String name, Step.At at, String action) {
    return """
        RULE %s
        CLASS dev.stele.server.%s
        METHOD %s
        %s
        HELPER %s
        IF TRUE
        DO %s
        ENDRULE
        """
        .formatted(name, at.type(), at.method(), at.location(), Failpoints.class.getName(), action);
  }
}
