// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.port;

/**
 * The one source of time: monotonic nanoseconds since an arbitrary moment. Tests inject their own.
 */
@FunctionalInterface
public interface Ticker {
  Ticker SYSTEM = System::nanoTime;

  long nanos();
}
