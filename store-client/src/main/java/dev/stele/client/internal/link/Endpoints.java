// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.link;

import dev.stele.client.internal.time.Timekeeper;
import dev.stele.proto.v1.ResponseHeader;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All endpoints, and which of them leads. Thread-safe; picking takes no lock.
 *
 * <p>The configured ones are tried in turn from one drawn by lot; those that answers named as
 * leader are used as leader only.
 */
public final class Endpoints {
  /** Leaders' addresses, beyond the configured ones, that are remembered. */
  public static final int MAX_LEARNED = 16;

  private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final Logger LOG = LoggerFactory.getLogger(Endpoints.class);

  private final List<EndpointLink> configured;
  private final Map<String, EndpointLink> byAddress = new ConcurrentHashMap<>();
  private final ChannelFactory factory;
  private final Timekeeper timekeeper;
  private final int first;
  private volatile @Nullable Leader leader;
  private boolean closed;

  /** {@code link} led in {@code term} as far as any answer told. */
  private record Leader(EndpointLink link, long term) {}

  public Endpoints(List<String> addresses, ChannelFactory factory, Timekeeper timekeeper) {
    this.factory = factory;
    this.timekeeper = timekeeper;
    this.configured =
        addresses.stream().map(address -> new EndpointLink(address, factory, timekeeper)).toList();
    configured.forEach(link -> byAddress.put(link.address(), link));
    this.first = (int) (timekeeper.random() * configured.size());
  }

  /** How many are configured. */
  public int size() {
    return configured.size();
  }

  /**
   * The best endpoint for the next attempt.
   *
   * @param avoid the one that the last attempt failed at
   */
  public EndpointLink pick(Route route, @Nullable EndpointLink avoid, long nowNanos) {
    Leader known = leader;
    if (route == Route.LEADER
        && known != null
        && known.link != avoid
        && !known.link.isShunned(nowNanos)) {
      return known.link;
    }
    EndpointLink best = null;
    for (int i = 0; i < configured.size(); i++) {
      EndpointLink link = configured.get((first + i) % configured.size());
      if (link == avoid) {
        continue;
      }
      if (!link.isShunned(nowNanos)) {
        return link;
      }
      if (best == null || link.shunnedForNanos(nowNanos) < best.shunnedForNanos(nowNanos)) {
        best = link;
      }
    }
    return best != null ? best : configured.get(first);
  }

  /** Whether the next attempt finds an endpoint that is not known to be bad. */
  public boolean hasBetterThan(EndpointLink failed, Route route, long nowNanos) {
    EndpointLink next = pick(route, failed, nowNanos);
    return next != failed && !next.isShunned(nowNanos);
  }

  /** Takes note of who leads, as an answer from {@code link} tells. */
  public void observe(EndpointLink link, ResponseHeader header) {
    if (header.getLeader().isEmpty()) {
      return;
    }
    Leader known = leader;
    EndpointLink there = leaderLink(link, header);
    if (known != null && known.term == header.getTerm() && known.link == there) {
      return;
    }
    boolean itself = header.getMember().equals(header.getLeader());
    if (known == null
        || header.getTerm() > known.term
        || (itself && header.getTerm() == known.term)) {
      pin(there, header.getTerm());
    }
  }

  /**
   * Where the leader is reached. If its address is one of the configured ones, there: an answer
   * that a follower passed on looks as if the leader had been asked. Otherwise best where it was
   * just reached: its own idea of its address may not hold on this side of a proxy.
   */
  private @Nullable EndpointLink leaderLink(EndpointLink link, ResponseHeader header) {
    EndpointLink named = byAddress.get(header.getLeaderEndpoint());
    if (named != null && configured.contains(named)) {
      return named;
    }
    boolean itself = header.getMember().equals(header.getLeader());
    return itself ? link : learned(header.getLeaderEndpoint());
  }

  /**
   * The endpoint of this address, whether it is configured or not.
   *
   * @throws IllegalArgumentException when it is none, or one too many
   */
  public EndpointLink at(String address) {
    EndpointLink link = learned(address);
    if (link == null) {
      throw new IllegalArgumentException(
          Addresses.isAddress(address)
              ? "more than " + MAX_LEARNED + " endpoints beyond the configured ones: " + address
              : "endpoint is not host:port: '" + address + "'");
    }
    return link;
  }

  /** Takes note of who leads, as a refusal tells, which knows no term. */
  public void hint(String leaderEndpoint) {
    Leader known = leader;
    pin(learned(leaderEndpoint), known == null ? 0 : known.term);
  }

  private void pin(@Nullable EndpointLink link, long term) {
    if (link == null) {
      return;
    }
    Leader known = leader;
    if (known == null || term > known.term) {
      // A newer leader is alive, whatever it was before.
      link.succeeded();
    }
    leader = new Leader(link, term);
    if (known == null || known.link != link) {
      LOG.atDebug().addKeyValue("endpoint", link).addKeyValue("term", term).log("leader is here");
    }
  }

  private @Nullable EndpointLink learned(String address) {
    EndpointLink link = byAddress.get(address);
    return link != null || !Addresses.isAddress(address) ? link : learn(address);
  }

  private synchronized @Nullable EndpointLink learn(String address) {
    if (closed || byAddress.size() >= configured.size() + MAX_LEARNED) {
      return byAddress.get(address);
    }
    return byAddress.computeIfAbsent(
        address, unknown -> new EndpointLink(unknown, factory, timekeeper));
  }

  /** Ends all calls and closes all connections, waiting up to five seconds for them. */
  public void close() {
    synchronized (this) {
      closed = true;
    }
    byAddress.values().forEach(EndpointLink::shutdown);
    long until = timekeeper.nanoTime() + CLOSE_NANOS;
    try {
      for (EndpointLink link : byAddress.values()) {
        link.awaitTermination(Math.max(0, until - timekeeper.nanoTime()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
