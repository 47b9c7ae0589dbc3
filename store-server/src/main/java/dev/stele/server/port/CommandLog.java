// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.port;

import dev.stele.server.core.command.Command;
import java.util.concurrent.CompletableFuture;

/** The way into consensus. */
public interface CommandLog {
  /**
   * Proposes {@code command}; never blocks. The future always completes, and never exceptionally;
   * its callbacks must not block.
   *
   * @param deadlineNanos on the node's {@link Ticker}. A command that waits in the queue past it is
   *     dropped as not proposed; one that was proposed and is not decided by then is {@link
   *     Proposal.Unknown}
   */
  CompletableFuture<Proposal> propose(Command command, long deadlineNanos);

  /**
   * The same on behalf of {@code origin}: what waits is proposed in an order that is fair to all
   * origins. Who no longer cares may cancel the future: a command that was not proposed yet is
   * dropped then.
   */
  default CompletableFuture<Proposal> propose(Command command, long deadlineNanos, Origin origin) {
    return propose(command, deadlineNanos);
  }
}
