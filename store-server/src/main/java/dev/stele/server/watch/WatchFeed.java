// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.watch;

import dev.stele.server.core.model.Change;
import dev.stele.server.core.model.StoreMeta;
import dev.stele.server.port.ChangeListener;
import dev.stele.server.port.ReclaimHolds;
import dev.stele.server.port.Ticker;
import java.util.List;

/**
 * Where watches get what is new: the thread that applies puts each revision into the ring and goes
 * on. It is there before anything is applied, and before there are watches.
 */
public final class WatchFeed implements ChangeListener, ReclaimHolds {
  private final Ring ring;
  private final Holds holds;
  private volatile long applied;
  private volatile long delivered;
  private volatile Runnable news = () -> {};

  /**
   * @param revision that the store stands at
   */
  public WatchFeed(WatchSettings settings, Ticker ticker, long revision) {
    ring = new Ring(settings.ringRevisions(), settings.ringBytes());
    holds = new Holds(ticker);
    applied = revision;
    delivered = revision;
  }

  @Override
  public void committed(List<Change> changes, StoreMeta meta) {
    if (changes.isEmpty()) {
      return;
    }
    int from = 0;
    for (int i = 1; i <= changes.size(); i++) {
      long revision = changes.get(from).at().revision();
      if (i == changes.size() || changes.get(i).at().revision() != revision) {
        ring.add(revision, changes.subList(from, i));
        from = i;
      }
    }
    applied = meta.revision();
    news.run();
  }

  /**
   * {@inheritDoc}
   *
   * <p>What watches have not delivered yet keeps what stood before it, and an initial state that is
   * being read keeps its revision, for a minute at most.
   */
  @Override
  public long limit() {
    return Math.min(delivered, holds.least());
  }

  /** Runs {@code told} for each entry from here on, on the thread that applies. */
  void tell(Runnable told) {
    news = told;
  }

  Ring ring() {
    return ring;
  }

  /** Holds what everything was delivered through, which is not beyond what the store stands at. */
  Holds.Hold hold() {
    return holds.hold(delivered);
  }

  Holds holds() {
    return holds;
  }

  /** The last revision that is visible in the store and complete in the ring. */
  long applied() {
    return applied;
  }

  /** Everybody who keeps up was sent everything through {@code revision}. */
  void delivered(long revision) {
    delivered = revision;
  }
}
