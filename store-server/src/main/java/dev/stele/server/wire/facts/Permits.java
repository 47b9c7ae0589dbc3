// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.facts;

import dev.stele.server.wire.call.Call;
import dev.stele.server.wire.error.Failure;
import java.util.concurrent.CompletableFuture;

/** Says when a write may be proposed. Asked at the node that leads, and at another one next. */
@FunctionalInterface
public interface Permits {
  /**
   * Asks for the write of {@code call}; never blocks. The future always completes, and never
   * exceptionally but by being cancelled, on a thread that must not be blocked. What was asked for
   * on behalf of a caller who went away is given up.
   */
  CompletableFuture<Permit> permit(Call call);

  /** What becomes of the write. */
  sealed interface Permit {}

  /**
   * It is proposed now.
   *
   * @param settled run once it is known what became of it, or that this will never be known
   */
  record Granted(Runnable settled) implements Permit {}

  /** It is refused, and never proposed. */
  record Denied(Failure failure) implements Permit {}

  /** This node does not lead any more, or is not ready to: who leads is to be asked. */
  record Elsewhere(String message) implements Permit {}
}
