// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

import java.util.List;
import java.util.Optional;

/**
 * Facts in key order.
 *
 * @param revision the one revision of all pages of the list
 * @param facts at most 1,000, and about 1 MiB
 * @param next where the next page begins; empty on the last
 * @param info who answered
 * @param <T> the bodies' type
 */
public record Page<T>(
    long revision, List<Fact<T>> facts, Optional<PageToken> next, ResponseInfo info) {
  public Page {
    facts = List.copyOf(facts);
  }
}
