// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.testing;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the steps of one direction of one call in order while its nodes are paused. Whoever finds
 * the way open runs what waits: the one who resumes a node, or the one who brings the next step.
 */
final class Lane implements Executor {
  private final Links links;
  private final String node;
  private final Supplier<Optional<String>> peer;
  private final Deque<Runnable> steps = new ArrayDeque<>();
  private boolean passing;

  Lane(Links links, String node, Supplier<Optional<String>> peer) {
    this.links = links;
    this.node = node;
    this.peer = peer;
  }

  /** Which node does the steps of this lane. */
  String node() {
    return node;
  }

  @Override
  public void execute(Runnable step) {
    if (atOnce(step)) {
      step.run();
    } else {
      // The nodes may have gone on since, and nobody else looks again.
      pass();
    }
  }

  private synchronized boolean atOnce(Runnable step) {
    if (steps.isEmpty() && !passing && isOpen()) {
      return true;
    }
    links.hold(this);
    steps.addLast(step);
    return false;
  }

  private boolean isOpen() {
    return links.isOpen(node, peer.get());
  }

  /** Runs what waits, while the way is open and nobody else does. */
  void pass() {
    RuntimeException failure = null;
    for (Runnable step = next(); step != null; step = next()) {
      try {
        step.run();
      } catch (RuntimeException e) {
        if (failure != null) {
          e.addSuppressed(failure);
        }
        failure = e;
      } finally {
        passed();
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private synchronized @Nullable Runnable next() {
    if (passing || steps.isEmpty() || !isOpen()) {
      return null;
    }
    passing = true;
    Runnable step = steps.removeFirst();
    released(1);
    return step;
  }

  private synchronized void passed() {
    passing = false;
  }

  /** Loses what waits. */
  synchronized void drop() {
    int lost = steps.size();
    steps.clear();
    released(lost);
  }

  private void released(int count) {
    links.released(count);
    if (steps.isEmpty()) {
      links.empty(this);
    }
  }
}
