// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

import java.util.List;

/**
 * A page of what stood when a watch began, in key order over all pages.
 *
 * @param revision the one revision of all pages
 * @param facts a part of them; may be empty
 * @param first whether it begins the pages. When it comes again, those before are void
 * @param last whether nothing more stood at {@code revision}: changes follow from the next one on
 * @param node the id of the node that sent it
 */
public record WatchInitial(
    long revision, List<Fact<byte[]>> facts, boolean first, boolean last, String node) {
  public WatchInitial {
    facts = List.copyOf(facts);
  }
}
