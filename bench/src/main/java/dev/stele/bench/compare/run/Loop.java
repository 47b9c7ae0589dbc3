// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.run;

import dev.stele.bench.LoopClient;
import dev.stele.bench.Meter;
import dev.stele.bench.Target.Failure;
import dev.stele.bench.Tickets;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** A closed loop of clients. One thread starts and ends it. */
public final class Loop {
  /** How long the last operations may take after the end. */
  static final Duration DRAIN = Duration.ofSeconds(30);

  private static final long PAUSE_MILLIS = 20;
  private static final int REASON_MAX = 80;

  private final ScheduledExecutorService timer;
  private final Meter meter = new Meter();
  private final List<LoopClient> clients = new ArrayList<>();
  private volatile boolean ended;

  /**
   * Clients that have not begun.
   *
   * @param operations what each client repeats
   * @param timer starts the clients, and waits after failures; stays the caller's to close
   * @param nanoTime a monotonic clock
   * @param finished whether there is nothing left to do
   */
  public Loop(
      List<? extends LoopClient.Operation> operations,
      ScheduledExecutorService timer,
      LongSupplier nanoTime,
      BooleanSupplier finished) {
    this.timer = timer;
    LoopClient.Setting setting =
        new LoopClient.Setting(
            meter,
            Loop::failure,
            nanoTime,
            Tickets.closedLoop(nanoTime),
            this::later,
            () -> ended || finished.getAsBoolean());
    operations.forEach(operation -> clients.add(new LoopClient(setting, operation)));
  }

  private void later(Runnable task) {
    var unused = timer.schedule(task, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** What it measures, once that is started. */
  public Meter meter() {
    return meter;
  }

  /** Begins. */
  public void start() {
    // Not here: a driver that completes at once would keep this thread for good.
    clients.forEach(client -> timer.execute(client::start));
  }

  /**
   * Starts nothing any more, and waits for what is under way.
   *
   * @throws IOException when something does not complete
   */
  public void end() throws IOException, InterruptedException {
    ended = true;
    await(DRAIN);
  }

  /** Has the clients end, without waiting for them. */
  public void abandon() {
    ended = true;
  }

  /** Waits for all clients' ends. */
  void await(Duration bound) throws IOException, InterruptedException {
    List<CompletableFuture<Void>> done = clients.stream().map(LoopClient::done).toList();
    try {
      CompletableFuture.allOf(done.toArray(CompletableFuture[]::new))
          .get(bound.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException late) {
      ended = true;
      long open = done.stream().filter(client -> !client.isDone()).count();
      throw new IOException(
          open + " operations had not completed after " + bound.toSeconds() + " s " + errors(),
          late);
    } catch (ExecutionException fault) {
      throw new IllegalStateException("the load generator failed", fault.getCause());
    }
  }

  /** Failures in the measured time. */
  long failures() {
    return meter.failures();
  }

  private String errors() {
    return meter.errors().isEmpty() ? "" : meter.errors().toString();
  }

  /** Why there is nothing at all: operations failed, or they took longer than there was time. */
  public IOException nothing() {
    return failures() == 0
        ? new NothingYetException("no operation succeeded in this time")
        : new IOException("no operation succeeded " + errors());
  }

  private static Failure failure(Throwable thrown) {
    return new Failure(reason(thrown), true);
  }

  /** The cause in few words. */
  static String reason(@Nullable Throwable thrown) {
    Throwable cause = thrown;
    while ((cause instanceof CompletionException || cause instanceof ExecutionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause == null) {
      return "unknown";
    }
    String text = cause.getClass().getSimpleName() + ": " + cause.getMessage();
    return text.length() > REASON_MAX ? text.substring(0, REASON_MAX) : text;
  }
}
