// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

import java.util.List;
import java.util.Optional;

/**
 * Changes of a key, newest first, as far back as the store has not been compacted.
 *
 * @param changes a page of them
 * @param next where the next page begins; empty on the last
 * @param info who answered
 * @param <T> the body's type
 */
public record HistoryPage<T>(
    List<FactChange<T>> changes, Optional<PageToken> next, ResponseInfo info) {
  public HistoryPage {
    changes = List.copyOf(changes);
  }
}
