// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.lease;

import dev.stele.proto.v1.KeepAliveRequest;
import dev.stele.server.core.model.Reason;
import dev.stele.server.port.Leadership;
import dev.stele.server.wire.WireContext;
import dev.stele.server.wire.call.Budget;
import dev.stele.server.wire.call.Outflow;
import dev.stele.server.wire.call.StreamService;
import dev.stele.server.wire.error.Failure;
import dev.stele.server.wire.facts.Headers;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;

/**
 * The streams of renewals, at the node that leads. They end when it does not any more, so that
 * their callers go where leases are counted now. Thread-safe.
 */
public final class KeepAlives implements StreamService<KeepAliveRequest> {
  /** Renewals of one stream that are under way or whose answers the caller has not taken. */
  public static final int STREAM_MAX_RENEWALS = 10_000;

  /** Those of all streams of a node. */
  public static final int NODE_MAX_RENEWALS = 100_000;

  /** Bytes of their requests. */
  public static final long NODE_MAX_BYTES = 32L << 20;

  /** How long a renewal waits for a majority's word. */
  static final Duration RENEWAL_TIME = Duration.ofSeconds(3);

  /** Answers of so long a while go together. A holder counts from before it asked. */
  static final Duration GATHER = Duration.ofMillis(2);

  private final Set<KeepAliveStream> streams = ConcurrentHashMap.newKeySet();
  private final Means means;

  public KeepAlives(WireContext context, Headers headers, ScheduledExecutorService timer) {
    means =
        new Means(context, headers, timer, new Budget(NODE_MAX_RENEWALS, NODE_MAX_BYTES), streams);
  }

  /**
   * What every stream needs.
   *
   * @param underWay renewals of all streams
   * @param open a stream takes itself out
   */
  record Means(
      WireContext context,
      Headers headers,
      ScheduledExecutorService timer,
      Budget underWay,
      Set<KeepAliveStream> open) {
    boolean leads() {
      return context.leadership().standing().role() == Leadership.Role.LEADER;
    }

    Failure notLeader(String why) {
      return headers.withLeader(Failure.of(Reason.NOT_LEADER, why));
    }
  }

  @Override
  public Inflow<KeepAliveRequest> open(Outflow outflow) {
    KeepAliveStream stream = new KeepAliveStream(means, outflow);
    streams.add(stream);
    return stream;
  }

  /** Ends the streams if this node does not lead any more; to be called now and then. */
  public void sweep() {
    if (!streams.isEmpty() && !means.leads()) {
      Failure failure = means.notLeader("this node does not lead");
      streams.forEach(stream -> stream.end(failure));
    }
  }

  /** Ends all streams: the node stops. */
  public void close() {
    Failure failure = means.notLeader("this node is stopping");
    streams.forEach(stream -> stream.end(failure));
  }
}
