// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.applied;

import dev.stele.proto.peer.v1.WatchersResponse;
import dev.stele.proto.v1.WatcherStanding;
import dev.stele.server.watch.Selector;
import dev.stele.server.watch.WatcherName;
import dev.stele.server.watch.applied.AppliedVerdict.Judged;
import dev.stele.server.watch.applied.AppliedVerdict.State;
import dev.stele.server.watch.applied.Standing;
import dev.stele.server.watch.applied.WatcherRegistry;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Standings as messages. Of one response at most {@link #REFUSALS_MAX_BYTES} are texts of refusals,
 * so that ten thousand watchers fit into one message; those beyond are told without their text.
 */
final class WatcherMessages {
  /** Bytes of all refusals' texts in one response. */
  static final int REFUSALS_MAX_BYTES = 1 << 20;

  private int leftBytes = REFUSALS_MAX_BYTES;

  /**
   * @param selector of the watchers that are asked for; empty: any
   */
  static WatchersResponse response(
      WatcherRegistry.Snapshot snapshot, long start, Optional<Selector> selector) {
    WatchersResponse.Builder response =
        WatchersResponse.newBuilder().setVersion(snapshot.version()).setStart(start);
    WatcherMessages messages = new WatcherMessages();
    for (WatcherRegistry.Known known : snapshot.watchers()) {
      Standing standing = known.standing();
      if (selector.isEmpty() || selector.get().equals(known.selector())) {
        response.addWatchers(messages.message(standing));
      } else {
        response.addOthers(
            dev.stele.proto.v1.WatcherName.newBuilder()
                .setName(standing.name())
                .setIncarnation(standing.incarnation()));
      }
    }
    return response.build();
  }

  /** What the caller is told of one watcher. */
  WatcherStanding.Builder message(Judged judged) {
    return message(judged.standing()).setState(state(judged.state()));
  }

  private WatcherStanding.Builder message(Standing standing) {
    return WatcherStanding.newBuilder()
        .setName(standing.name())
        .setNode(standing.node())
        .setIncarnation(standing.incarnation())
        .setApplied(standing.applied())
        .setRefused(standing.refused())
        .setRefusal(afforded(standing.refusal()))
        .setConnected(standing.connected());
  }

  private String afforded(String text) {
    int bytes = text.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > leftBytes) {
      return "";
    }
    leftBytes -= bytes;
    return text;
  }

  /** What another node said. */
  static Standing standing(WatcherStanding message) {
    return new Standing(
        message.getName(),
        message.getNode(),
        message.getIncarnation(),
        message.getApplied(),
        message.getRefused(),
        message.getRefusal(),
        message.getConnected());
  }

  static WatcherName name(dev.stele.proto.v1.WatcherName message) {
    return new WatcherName(message.getName(), message.getIncarnation());
  }

  private static WatcherStanding.State state(State state) {
    return switch (state) {
      case LAGGING -> WatcherStanding.State.LAGGING;
      case APPLIED -> WatcherStanding.State.APPLIED;
      case REFUSED -> WatcherStanding.State.REFUSED;
      case AWAY -> WatcherStanding.State.AWAY;
    };
  }
}
