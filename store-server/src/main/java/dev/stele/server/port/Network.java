// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.port;

import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

/**
 * The way of messages between nodes, and between them and their clients. What the real one loses
 * and delays is no business of ours; one of a test loses messages, and holds up those of nodes that
 * are paused. Any thread.
 */
@FunctionalInterface
public interface Network {
  /** Adds nothing to what happens anyway. */
  Network REAL = (from, to) -> true;

  /** Whether what node {@code from} sends to node {@code to} arrives. */
  boolean delivers(String from, String to);

  /**
   * A lane for what passes in one direction of one call. Its steps are given to it one after the
   * other, and run in that order: at once, on the caller's thread, while both nodes go on, and
   * later, on any thread, when one of them is paused. One that does not fit into what may be held
   * is refused with {@link RejectedExecutionException} and never runs.
   *
   * @param node that is called
   * @param peer the node that calls it; asked again at each step, empty for a client
   */
  default Executor lane(String node, Supplier<Optional<String>> peer) {
    return Runnable::run;
  }
}
