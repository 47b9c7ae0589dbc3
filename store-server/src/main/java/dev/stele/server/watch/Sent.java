// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.watch;

import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Fact;
import java.util.List;
import java.util.Optional;

/** What a watch sends to its watcher. */
public sealed interface Sent {
  /**
   * The watch begins.
   *
   * @param nextRevision the first one whose changes it delivers
   */
  record Created(long nextRevision) implements Sent {}

  /**
   * A page of an initial state, in the order of the keys.
   *
   * @param revision the one of all pages
   * @param last nothing more stood then; changes behind the revision follow
   */
  record Initial(long revision, List<Fact> facts, boolean last) implements Sent {}

  /**
   * Events in order.
   *
   * @param events as the {@link EventEncoder} made them, shared with other watches
   * @param fragment more events of the last one's revision follow
   */
  record Events(List<Bytes> events, boolean fragment) implements Sent {}

  /** Everything that matches through {@code revision} was sent before. */
  record Progress(long revision, boolean leaderKnown) implements Sent {}

  /** A request was not carried out. */
  record Refused(Problem problem) implements Sent {}

  /** The last of a watch; without a problem when it was cancelled. */
  record Ended(Optional<Problem> problem) implements Sent {}
}
