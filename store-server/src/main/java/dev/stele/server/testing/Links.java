// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.testing;

import dev.stele.server.port.Network;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** Which node's messages arrive at which, and which nodes are paused. Any thread. */
final class Links implements Network {
  /**
   * Steps of calls that may wait for nodes that are paused, over all nodes. A call has six steps at
   * most (begin, message, end; headers, answer, status), a stream one message more.
   */
  static final int HELD_MAX = 65_536;

  private final int heldMax;
  private final Set<Link> cut = ConcurrentHashMap.newKeySet();
  private final Set<String> paused = ConcurrentHashMap.newKeySet();
  private final Set<Lane> waiting = ConcurrentHashMap.newKeySet();
  private final AtomicInteger held = new AtomicInteger();

  Links() {
    this(HELD_MAX);
  }

  Links(int heldMax) {
    this.heldMax = heldMax;
  }

  private record Link(String from, String to) {}

  @Override
  public boolean delivers(String from, String to) {
    return cut.isEmpty() || !cut.contains(new Link(from, to));
  }

  void cut(String from, String to) {
    cut.add(new Link(from, to));
  }

  void heal() {
    cut.clear();
  }

  @Override
  public Executor lane(String node, Supplier<Optional<String>> peer) {
    return new Lane(this, node, peer);
  }

  void pause(String node) {
    paused.add(node);
  }

  boolean isPaused(String node) {
    return paused.contains(node);
  }

  /** Lets go what waits for this node, unless it waits for another one as well. */
  void resume(String node) {
    paused.remove(node);
    List.copyOf(waiting).forEach(Lane::pass);
  }

  /** Loses what waits to be done by this node, which is gone; what it had sent arrives. */
  void gone(String node) {
    waiting.stream().filter(lane -> lane.node().equals(node)).forEach(Lane::drop);
    resume(node);
  }

  boolean isOpen(String node, Optional<String> peer) {
    return paused.isEmpty() || (!paused.contains(node) && peer.filter(paused::contains).isEmpty());
  }

  /** Makes room for one more step. */
  void hold(Lane lane) {
    if (held.incrementAndGet() > heldMax) {
      held.decrementAndGet();
      throw new RejectedExecutionException(heldMax + " steps of calls wait already");
    }
    waiting.add(lane);
  }

  void released(int steps) {
    held.addAndGet(-steps);
  }

  void empty(Lane lane) {
    waiting.remove(lane);
  }

  /** Steps that wait now. */
  int held() {
    return held.get();
  }
}
