// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.admission;

import dev.stele.server.port.Ticker;
import io.github.bucket4j.TimeMeter;

/** The node's ticker, as buckets ask for it. */
public record TickerMeter(Ticker ticker) implements TimeMeter {
  @Override
  public long currentTimeNanos() {
    return ticker.nanos();
  }

  @Override
  public boolean isWallClockBased() {
    return false;
  }
}
