// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.command;

import dev.stele.server.core.model.Change;
import dev.stele.server.core.model.StoreMeta;
import java.util.List;

/**
 * What a command came to.
 *
 * @param result for the caller
 * @param changes all at one revision, in the order of their positions; empty when nothing changed
 * @param meta after the command
 */
public record Outcome(Result result, List<Change> changes, StoreMeta meta) {
  /** Nothing happened. */
  static Outcome refused(Refusal refusal, StoreMeta unchanged) {
    return new Outcome(refusal, List.of(), unchanged);
  }
}
