// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.crash;

/** Rules in Byteman's language: what happens at a place of code that knows nothing of it. */
final class Rules {
  /** Tells {@link Failpoints} what was decided, which a follower tells nobody. */
  static final String WATCH_DECISIONS =
      rule("WATCH_DECISIONS", Step.At.exit("core.apply.EntryRule", "decide"), "decided($!)");

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
