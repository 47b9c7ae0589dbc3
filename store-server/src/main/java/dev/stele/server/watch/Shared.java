// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.watch;

import dev.stele.server.port.FaultPolicy;
import dev.stele.server.port.ReadGate;
import dev.stele.server.port.StateStore;
import dev.stele.server.port.Ticker;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What all watches of a node share.
 *
 * @param inbox runs what it is given on the hub's thread, in order
 * @param pool reads the store for those who are behind
 * @param closing whether the node stops
 */
record Shared(
    WatchFeed feed,
    StateStore store,
    ReadGate gate,
    LeaderSight leader,
    EventEncoder encoder,
    NamedWatchers named,
    WatchSettings settings,
    WatchMetrics metrics,
    Ticker ticker,
    FaultPolicy faults,
    Executor inbox,
    Executor pool,
    AtomicBoolean closing) {
  Reading reading() {
    return new Reading(store, feed.ring(), encoder);
  }
}
