// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire;

import dev.stele.server.admission.report.ReportSettings;
import dev.stele.server.lease.LeaseDesk;
import dev.stele.server.port.CommandLog;
import dev.stele.server.port.FaultPolicy;
import dev.stele.server.port.Leadership;
import dev.stele.server.port.NodeAddress;
import dev.stele.server.port.PeerAnswers;
import dev.stele.server.port.PeerIdentity;
import dev.stele.server.port.ReadGate;
import dev.stele.server.port.StateStore;
import dev.stele.server.port.Ticker;
import dev.stele.server.watch.WatchHub;
import dev.stele.server.watch.applied.WatcherRegistry;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Optional;

/**
 * What the listeners need of the rest of the node.
 *
 * @param selfId this node's id, one of {@code nodes}
 * @param nodes every configured node, this one too
 * @param watches of this node; ended by whoever started them
 * @param named this node's named watchers
 * @param leases of this node, which knows them while it leads
 * @param reports which of what members say of themselves is written
 * @param identity what this node shows to the others, and what it asks of them
 * @param version of this build, for people
 * @param faults told when the store fails under a read: the node must then stop
 */
public record WireContext(
    String selfId,
    List<NodeAddress> nodes,
    StateStore store,
    CommandLog log,
    ReadGate gate,
    Leadership leadership,
    PeerAnswers peerAnswers,
    WatchHub watches,
    WatcherRegistry named,
    LeaseDesk leases,
    ReportSettings reports,
    PeerIdentity identity,
    Ticker ticker,
    MeterRegistry meters,
    String version,
    FaultPolicy faults) {
  public WireContext {
    nodes = List.copyOf(nodes);
  }

  /** Where the node {@code id} is reached; empty when it is not configured. */
  public Optional<NodeAddress> node(String id) {
    return nodes.stream().filter(node -> node.id().equals(id)).findFirst();
  }
}
