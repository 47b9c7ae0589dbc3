// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.call;

import dev.stele.server.core.model.Reason;
import dev.stele.server.port.FaultPolicy;
import dev.stele.server.port.StoreFault;
import dev.stele.server.port.Ticker;
import dev.stele.server.wire.error.Failure;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What every call needs.
 *
 * @param replies bounds the replies that callers have not taken yet
 */
public record CallRuntime(Ticker ticker, FaultPolicy faults, Budget replies) {
  private static final Logger log = LoggerFactory.getLogger(CallRuntime.class);

  /** What a caller is told of something that nobody thought of; a fault of the store is told on. */
  public Failure unexpected(Throwable thrown) {
    Throwable cause =
        thrown instanceof CompletionException && thrown.getCause() != null
            ? thrown.getCause()
            : thrown;
    log.atError().setCause(cause).log("a call failed unexpectedly");
    if (cause instanceof StoreFault) {
      faults.fatal("the store failed under a call", cause);
      return Failure.of(Reason.CORRUPT, "the store of this node failed");
    }
    return Failure.of(Reason.OUTCOME_UNKNOWN, "this node failed in the middle of the call");
  }
}
