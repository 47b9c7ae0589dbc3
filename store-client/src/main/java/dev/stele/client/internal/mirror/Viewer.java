// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.mirror;

import dev.stele.client.Fact;
import dev.stele.client.FactKey;
import java.util.Optional;
import java.util.SortedMap;

/**
 * What a {@link Mirror} tells, one call at a time, where listeners run.
 *
 * @param <T> the type of the facts' bodies
 */
public interface Viewer<T> {
  /**
   * All that there is, first and after each change, as it stood at one revision.
   *
   * @param facts in the order of keys; changes after this call, so copy what is to be kept
   */
  void onFacts(SortedMap<FactKey<T>, Fact<T>> facts, long revision);

  /** Nothing new comes for now; it goes on by itself. */
  void onTrouble(Throwable cause);

  /**
   * Nothing comes any more.
   *
   * @param cause empty when it was closed
   */
  void onEnd(Optional<Throwable> cause);
}
