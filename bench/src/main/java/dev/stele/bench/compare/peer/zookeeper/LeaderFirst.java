// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.peer.zookeeper;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.client.HostProvider;

/**
 * The servers in turn, the leader first: the library's own provider begins with any of them, and
 * writes and syncs are shortest at the leader. Thread-safe.
 */
final class LeaderFirst implements HostProvider {
  private final List<InetSocketAddress> servers;
  private int turn;
  private int connected = -1;

  LeaderFirst(List<InetSocketAddress> servers, int leader) {
    List<InetSocketAddress> ordered = new ArrayList<>(servers);
    Collections.rotate(ordered, -leader);
    this.servers = List.copyOf(ordered);
  }

  @Override
  public int size() {
    return servers.size();
  }

  @Override
  public InetSocketAddress next(long spinDelay) {
    int index;
    boolean wholeRound;
    synchronized (this) {
      index = turn++ % servers.size();
      // As the library's own has it: a pause after each round without a connection.
      wholeRound = index == connected && spinDelay > 0;
      if (connected < 0) {
        connected = 0;
      }
    }
    if (wholeRound) {
      try {
        TimeUnit.MILLISECONDS.sleep(spinDelay);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    return servers.get(index);
  }

  @Override
  public synchronized void onConnected() {
    connected = Math.floorMod(turn - 1, servers.size());
  }

  @Override
  public boolean updateServerList(
      Collection<InetSocketAddress> addresses, InetSocketAddress current) {
    return false;
  }
}
