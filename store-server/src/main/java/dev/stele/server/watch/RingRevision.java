// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.watch;

import java.util.List;

/**
 * One revision, whole.
 *
 * @param events in the order of their positions; the i-th one is at index i
 */
record RingRevision(long revision, List<Event> events, Weight weight) {}
