// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.load;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Has what starts processes stop them before this process ends. */
final class StopOnSignal {
  /** How long stopping and writing down may take. */
  private static final long BOUND_SECONDS = 60;

  private StopOnSignal() {}

  /** What is done. */
  interface Work {
    /** Returns soon after an interruption. */
    int run() throws IOException;
  }

  /** Does it here. A Ctrl-C interrupts it, and the process ends once it has returned. */
  static int run(Work work) throws IOException {
    Thread worker = Thread.currentThread();
    CountDownLatch done = new CountDownLatch(1);
    Thread ender = new Thread(() -> end(worker, done), "stop-bench");
    Runtime.getRuntime().addShutdownHook(ender);
    try {
      return work.run();
    } finally {
      done.countDown();
      unhook(ender);
    }
  }

  private static void end(Thread worker, CountDownLatch done) {
    worker.interrupt();
    try {
      if (!done.await(BOUND_SECONDS, TimeUnit.SECONDS)) {
        System.err.println("stele: not everything has stopped after " + BOUND_SECONDS + " s");
      }
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    }
  }

  private static void unhook(Thread ender) {
    try {
      Runtime.getRuntime().removeShutdownHook(ender);
    } catch (IllegalStateException ending) {
      // The process is about to end, and waits for no more than this.
      Thread.interrupted();
    }
  }
}
