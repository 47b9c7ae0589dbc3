// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus;

import dev.stele.server.port.Ticker;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Time that stands still until a test moves it. */
public final class ManualTicker implements Ticker {
  private final AtomicLong nanos = new AtomicLong();

  @Override
  public long nanos() {
    return nanos.get();
  }

  public void advanceMillis(long millis) {
    nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
  }

  /** The moment {@code millis} from now. */
  public long in(long millis) {
    return nanos.get() + TimeUnit.MILLISECONDS.toNanos(millis);
  }
}
