// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.propose;

import dev.stele.server.core.model.Stamp;
import dev.stele.server.port.Ticker;
import java.util.function.LongSupplier;

/** Stamps entries. Used by the proposer's thread only. */
public final class StoreClock {
  /**
   * @param storeTimeMillis where the store's clock stands at this node, after the last applied
   *     entry
   * @param wallClockMillis for people; decides nothing
   */
  public StoreClock(Ticker ticker, LongSupplier storeTimeMillis, LongSupplier wallClockMillis) {
    throw new UnsupportedOperationException();
  }

  /** The stamp of the next entry; {@code term} is one in which this node leads and is ready. */
  public Stamp next(long term) {
    throw new UnsupportedOperationException();
  }
}
