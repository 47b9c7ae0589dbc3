// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.crash;

import dev.stele.server.core.apply.EntryRule.Decided;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * What the rules call: ends this process where it was told to. Byteman makes an object of a
 * subclass whenever a rule fires, so all that lasts is static.
 */
public class Failpoints {
  private static final AtomicInteger HITS_LEFT = new AtomicInteger();
  private static volatile Crash crash = Crash.NONE;
  private static volatile String lastResults = "";

  /** Ends the process as {@code planned} says, from here on. */
  static void arm(Crash planned) {
    crash = planned;
    HITS_LEFT.set(planned.hits());
  }

  /** The results of the last entry that was decided, in words; empties them. */
  static String takeResults() {
    String results = lastResults;
    lastResults = "";
    return results;
  }

  /** The planned step is being passed. */
  public void reached() {
    if (HITS_LEFT.decrementAndGet() != 0) {
      return;
    }
    if (crash.micros() == 0) {
      end();
    } else {
      Thread timer = new Thread(Failpoints::endLater, "crash-timer");
      timer.setDaemon(true);
      timer.start();
    }
  }

  /** An entry was decided. */
  public void decided(Decided decided) {
    lastResults = decided.results().toString();
  }

  private static void endLater() {
    long endNanos = System.nanoTime() + TimeUnit.MICROSECONDS.toNanos(crash.micros());
    while (System.nanoTime() - endNanos < 0) {
      LockSupport.parkNanos(endNanos - System.nanoTime());
    }
    end();
  }

  private static void end() {
    Lines.say("reached");
    if (crash.byHalt()) {
      Runtime.getRuntime().halt(1);
    }
    while (true) {
      LockSupport.park();
    }
  }
}
