// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.janitor;

import dev.stele.server.port.CommandLog;
import dev.stele.server.port.FaultPolicy;
import dev.stele.server.port.Leadership;
import dev.stele.server.port.Leadership.Role;
import dev.stele.server.port.Leadership.Standing;
import dev.stele.server.port.StateStore;
import dev.stele.server.port.Ticker;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;

/**
 * One thread at each node that calls its {@link Task}s in turn; only at the leader do they change
 * anything. A task goes on past items that fail, and no task waits for another.
 */
public final class Janitor implements AutoCloseable {
  /** Between two rounds where nothing calls for one sooner. */
  static final Duration REST = Duration.ofMillis(100);

  /** Between two rounds where a task is not through: a part of a processor has to do. */
  static final Duration BREATH = Duration.ofMillis(10);

  private final Setup setup;
  private final List<Task> tasks;
  private final Thread thread = new Thread(this::run, "stele-janitor");
  private volatile boolean closing;

  /**
   * What a janitor works with.
   *
   * @param drains that hears of every change from before anything is applied
   * @param history how much of it is kept
   * @param log to propose in
   */
  public record Setup(
      DrainFeed drains,
      CompactionPolicy history,
      CommandLog log,
      Leadership leadership,
      StateStore store,
      Ticker ticker,
      FaultPolicy faults,
      MeterRegistry meters) {}

  /** A janitor without a thread of its own: {@link #round} is called by whoever made it. */
  Janitor(Setup setup) {
    this.setup = setup;
    CommandLog log = setup.log();
    StateStore store = setup.store();
    Ticker ticker = setup.ticker();
    MeterRegistry meters = setup.meters();
    tasks =
        List.of(
            new AutoCompaction(setup.history(), log, store::meta, ticker, meters),
            new SessionExpiry(log, store, ticker, meters),
            new DrainDeadlines(setup.drains(), log, store, ticker, meters, this::wake));
    thread.setDaemon(true);
  }

  /**
   * Starts a janitor. It works as soon as this node leads and is ready. Close it before the store.
   */
  public static Janitor start(Setup setup) {
    Janitor janitor = new Janitor(setup);
    janitor.thread.start();
    return janitor;
  }

  private void wake() {
    LockSupport.unpark(thread);
  }

  private void run() {
    try {
      while (!closing) {
        Duration pause = round() ? BREATH : REST;
        if (!closing) {
          LockSupport.parkNanos(this, pause.toNanos());
        }
      }
    } catch (RuntimeException | Error e) {
      setup.faults().fatal("the janitor failed", e);
    }
  }

  /** Has every task take its step. Returns whether one of them has another that is due. */
  boolean round() {
    Standing standing = setup.leadership().standing();
    boolean leads = standing.role() == Role.LEADER && standing.ready();
    OptionalLong term = leads ? OptionalLong.of(standing.term()) : OptionalLong.empty();
    boolean more = false;
    for (Task task : tasks) {
      long began = setup.ticker().nanos();
      Task.Step step = task.tend(term);
      if (step != Task.Step.NONE) {
        task.meters().stepped(setup.ticker().nanos() - began);
      }
      more |= step == Task.Step.MORE;
    }
    return more;
  }

  /** Whether its thread runs, for tests. */
  boolean isAlive() {
    return thread.isAlive();
  }

  /** Ends, when the step that is under way has. What was proposed stays proposed. */
  @Override
  public void close() {
    closing = true;
    wake();
    boolean interrupted = false;
    // Nothing on that thread waits for anybody.
    while (thread.isAlive() && thread != Thread.currentThread()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
