// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.apply;

import dev.stele.server.core.command.Command;
import dev.stele.server.core.command.Outcome;
import dev.stele.server.core.command.Result;
import dev.stele.server.core.model.Change;
import dev.stele.server.core.model.Limits;
import dev.stele.server.core.model.Stamp;
import dev.stele.server.core.model.StoreMeta;
import dev.stele.server.core.view.Overlay;
import dev.stele.server.core.view.View;
import java.util.ArrayList;
import java.util.List;

/**
 * Decides the commands of one log entry, one after the other: the function that every replica runs.
 */
public final class EntryRule {
  private EntryRule() {}

  /**
   * Decides {@code commands} on {@code base}, which stays as it is.
   *
   * @return what to store, at once, and what to tell the callers
   */
  public static Decided decide(View base, Stamp stamp, List<Command> commands) {
    Overlay view = new Overlay(base);
    view.setMeta(advanced(base.meta(), stamp));
    List<Result> results = new ArrayList<>(commands.size());
    List<Change> changes = new ArrayList<>(commands.size());
    for (Command command : commands) {
      Outcome outcome = command.decide(view, stamp);
      view.lay(outcome.changes(), outcome.sessions(), outcome.leases(), outcome.meta());
      results.add(outcome.result());
      // One or none, mostly; addAll would copy them first.
      for (int i = 0; i < outcome.changes().size(); i++) {
        changes.add(outcome.changes().get(i));
      }
    }
    return new Decided(
        results, new Effects(view.meta(), changes, view.sessionChanges(), view.leaseChanges()));
  }

  /**
   * Store time never goes back, and one stamp moves it by at most a second: a wild stamp can't
   * expire anything.
   */
  private static StoreMeta advanced(StoreMeta meta, Stamp stamp) {
    long now = meta.storeTimeMillis();
    long bounded = Math.min(stamp.storeTimeMillis(), now + Limits.STAMP_MAX_ADVANCE_MILLIS);
    return bounded > now ? meta.withStoreTimeMillis(bounded) : meta;
  }

  /**
   * @param results one for each command, in their order
   */
  public record Decided(List<Result> results, Effects effects) {}
}
