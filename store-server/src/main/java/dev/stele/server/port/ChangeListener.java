// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.port;

import dev.stele.server.core.model.Change;
import dev.stele.server.core.model.StoreMeta;
import java.util.List;

/** Hears of every entry's changes, in order, right behind the commit that made them visible. */
@FunctionalInterface
public interface ChangeListener {
  /** For whom nothing is to be told. */
  ChangeListener NONE = (changes, meta) -> {};

  /**
   * On the thread that applies, which must not wait: neither blocks nor throws.
   *
   * @param changes in the order of their positions; may be empty
   * @param meta after them
   */
  void committed(List<Change> changes, StoreMeta meta);
}
