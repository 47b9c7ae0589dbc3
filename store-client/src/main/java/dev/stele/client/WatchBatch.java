// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

import java.util.List;

/**
 * The selected events of one revision, in their order: all of them, unless it is partial.
 *
 * @param revision of all of them
 * @param events at least one, unless it only ends what was partial
 * @param partial whether more batches of this revision follow, because it takes more than {@link
 *     #MAX_BYTES}. After a reconnection amid such a revision a watch of the latest only begins it
 *     anew
 * @param node the id of the node that sent them
 */
public record WatchBatch(long revision, List<WatchEvent> events, boolean partial, String node) {
  /** Of a revision that is sent in several messages, so much is gathered before it is split. */
  public static final int MAX_BYTES = 8 << 20;

  public WatchBatch {
    events = List.copyOf(events);
  }
}
