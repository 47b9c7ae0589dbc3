// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.watch;

import dev.stele.server.core.model.Reason;
import dev.stele.server.port.FaultPolicy;
import dev.stele.server.port.Leadership;
import dev.stele.server.port.ReadGate;
import dev.stele.server.port.StateStore;
import dev.stele.server.port.Ticker;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * The watches of a node. One thread takes each new revision once and sends it to those whom it
 * concerns; those who are behind are read for by a small pool. Neither the thread that applies nor
 * the hub's ever waits for a watcher, so a watcher that stops reading costs the others nothing.
 *
 * <p>What is asked of the hub is put into an inbox that its thread empties: its bound is that of
 * the streams, because each has one request under way, and two tasks of the pool at most.
 */
public final class WatchHub implements AutoCloseable {
  /** Tasks of the inbox that run before new revisions get a turn. */
  private static final int TURN_TASKS = 1_024;

  private static final int POOL_THREADS = 2;

  /** Between two looks at who leads. */
  private static final Duration LOOK_EVERY = Duration.ofMillis(250);

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

  private final Shared shared;
  private final Lives lives;
  private final Queue<Runnable> inbox = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean parked = new AtomicBoolean();
  private final Thread thread = new Thread(this::run, "stele-watch");
  private long lookNanos;

  /**
   * What a hub works with.
   *
   * @param feed that hears of every change from before anything is applied
   * @param named keeps what named watchers report
   */
  public record Setup(
      WatchFeed feed,
      StateStore store,
      ReadGate gate,
      Leadership leadership,
      EventEncoder encoder,
      NamedWatchers named,
      WatchSettings settings,
      Ticker ticker,
      MeterRegistry meters,
      FaultPolicy faults) {}

  /** A hub without a thread of its own: {@link #step} is called by whoever made it. */
  WatchHub(Setup setup, Executor pool) {
    Ticker ticker = setup.ticker();
    shared =
        new Shared(
            setup.feed(),
            setup.store(),
            setup.gate(),
            new LeaderSight(setup.leadership(), ticker),
            setup.encoder(),
            setup.named(),
            setup.settings(),
            new WatchMetrics(setup.meters(), setup.feed()),
            ticker,
            setup.faults(),
            this::submit,
            pool,
            new AtomicBoolean());
    lives = new Lives(shared);
    lookNanos = ticker.nanos();
    thread.setDaemon(true);
  }

  /** Starts a hub. */
  public static WatchHub start(Setup setup) {
    WatchHub hub = new WatchHub(setup, pool());
    setup.feed().tell(hub::wake);
    hub.thread.start();
    return hub;
  }

  private static ExecutorService pool() {
    AtomicInteger number = new AtomicInteger();
    return Executors.newFixedThreadPool(
        POOL_THREADS,
        task -> {
          Thread reader = new Thread(task, "stele-watch-reader-" + number.incrementAndGet());
          reader.setDaemon(true);
          return reader;
        });
  }

  /** A new stream of watches; any thread. */
  public WatchStream open(Outlet outlet) {
    WatchStream stream = new WatchStream(outlet, shared, lives);
    submit(() -> lives.opened(stream));
    return stream;
  }

  /**
   * Ends all streams, and every one that is opened from here on, in an orderly way: their callers
   * are told to go to another node. Returns when that is under way.
   */
  public void stop() {
    CountDownLatch told = new CountDownLatch(1);
    submit(
        () -> {
          lives.stop(Problem.of(Reason.NO_QUORUM, "", "this node is stopping"));
          told.countDown();
        });
    try {
      if (!told.await(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException("the watches do not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends at once; nobody is told anything. The store may be closed afterwards. */
  @Override
  public void close() {
    shared.closing().set(true);
    wake();
    try {
      if (shared.pool() instanceof ExecutorService readers) {
        readers.shutdownNow();
        readers.awaitTermination(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
      }
      thread.join(CLOSE_TIMEOUT.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void submit(Runnable task) {
    inbox.add(task);
    wake();
  }

  private void wake() {
    if (parked.compareAndSet(true, false)) {
      LockSupport.unpark(thread);
    }
  }

  private void run() {
    try {
      while (!shared.closing().get()) {
        if (!step()) {
          park();
        }
      }
    } catch (RuntimeException | Error e) {
      if (!shared.closing().get()) {
        shared.faults().fatal("the watches failed", e);
      }
    }
  }

  private void park() {
    long nanos = lives.marks().nanosToNext(LOOK_EVERY.toNanos());
    parked.set(true);
    if (inbox.isEmpty() && !lives.live().hasNews() && !shared.closing().get()) {
      LockSupport.parkNanos(this, nanos);
    }
    parked.set(false);
  }

  /** Does some of what there is to do; returns whether there is more of it now. */
  boolean step() {
    for (int done = 0; done < TURN_TASKS; done++) {
      Runnable task = inbox.poll();
      if (task == null) {
        break;
      }
      task.run();
    }
    lives.deliver();
    long now = shared.ticker().nanos();
    if (now - lookNanos >= 0) {
      lookNanos = now + LOOK_EVERY.toNanos();
      lives.look();
    }
    lives.marks().run();
    return !inbox.isEmpty() || lives.live().hasNews();
  }
}
