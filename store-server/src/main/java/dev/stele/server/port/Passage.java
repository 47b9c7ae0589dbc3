// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.port;

import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * One call on its way through a {@link Network}: the lane of what arrives, the lane of what is
 * answered, and what happens to the call when one of them is full. Any thread.
 */
public final class Passage {
  private final Executor arriving;
  private final Executor answering;
  private final Runnable breakOff;
  private final AtomicBoolean broken = new AtomicBoolean();

  /**
   * @param breakOff ends the call as a lost connection would; runs at most once, and no step of the
   *     call runs after it
   */
  public Passage(Network network, String node, Supplier<Optional<String>> peer, Runnable breakOff) {
    this.arriving = network.lane(node, peer);
    this.answering = network.lane(node, peer);
    this.breakOff = breakOff;
  }

  /** Lets a step of the caller through. */
  public void arrive(Runnable step) {
    pass(arriving, step);
  }

  /** Lets a step of the node through. */
  public void answer(Runnable step) {
    pass(answering, step);
  }

  private void pass(Executor lane, Runnable step) {
    try {
      lane.execute(
          () -> {
            if (!broken.get()) {
              step.run();
            }
          });
    } catch (RejectedExecutionException full) {
      if (broken.compareAndSet(false, true)) {
        breakOff.run();
      }
    }
  }
}
