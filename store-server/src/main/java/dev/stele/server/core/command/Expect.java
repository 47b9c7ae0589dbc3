// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.command;

import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.Reason;
import dev.stele.server.core.view.View;
import java.util.Optional;

/** What a write expects of the fact that it is about to change. */
public sealed interface Expect {
  /** Expects nothing. */
  Expect ANYTHING = new Anything();

  /** Why what {@code view} shows at {@code key} is not as expected; empty when it is. */
  Optional<Refusal> refusal(View view, Key key);

  record Anything() implements Expect {
    @Override
    public Optional<Refusal> refusal(View view, Key key) {
      return Optional.empty();
    }
  }

  /** The fact stands at this mod revision, at least 1. */
  record AtRevision(long revision) implements Expect {
    @Override
    public Optional<Refusal> refusal(View view, Key key) {
      long standing = view.fact(key).map(Fact::modRevision).orElse(0L);
      if (standing == revision) {
        return Optional.empty();
      }
      String found = standing == 0 ? "does not exist" : "stands at revision " + standing;
      return Optional.of(
          Refusal.at(
              Reason.COMPARE_FAILED,
              "if_revision",
              key + " " + found + ", not at revision " + revision,
              standing));
    }
  }

  /** There is no such fact. */
  record Absent() implements Expect {
    @Override
    public Optional<Refusal> refusal(View view, Key key) {
      return view.fact(key)
          .map(
              standing ->
                  Refusal.at(
                      Reason.ALREADY_EXISTS,
                      "if_absent",
                      key + " exists since revision " + standing.createRevision(),
                      standing.modRevision()));
    }
  }
}
