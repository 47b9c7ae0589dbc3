// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.pipe;

import dev.stele.client.internal.time.Timekeeper;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/** A loop that turns, and a clock that moves, when a test says so. */
final class ManualLoop implements Loop, Timekeeper {
  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private final List<Timer> timers = new ArrayList<>();
  private long now = Long.MAX_VALUE - 1_000;
  private boolean ended;
  int executed;
  int scheduled;

  private record Timer(long atNanos, Runnable task) {}

  @Override
  public synchronized void execute(Runnable task) {
    if (ended) {
      throw new RejectedExecutionException("ended");
    }
    executed++;
    tasks.add(task);
  }

  @Override
  public void schedule(long delayNanos, Runnable task) {
    scheduled++;
    timers.add(new Timer(now + delayNanos, task));
  }

  /** Runs what there is, and what that leaves behind. */
  void turn() {
    for (Runnable task = next(); task != null; task = next()) {
      task.run();
    }
  }

  private synchronized Runnable next() {
    return tasks.poll();
  }

  void pass(long millis) {
    now += TimeUnit.MILLISECONDS.toNanos(millis);
    List<Timer> due = timers.stream().filter(timer -> timer.atNanos - now <= 0).toList();
    timers.removeAll(due);
    due.forEach(timer -> timer.task.run());
    turn();
  }

  /** It takes no more tasks. */
  void end() {
    turn();
    ended = true;
  }

  @Override
  public long nanoTime() {
    return now;
  }

  @Override
  public long wallMicros() {
    return 0;
  }

  @Override
  public double random() {
    return 0;
  }

  @Override
  public void close() {
    timers.clear();
  }
}
