// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench;

import dev.stele.bench.Target.Failure;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One logical client: an operation, and when it completes the next. It has no thread of its own; it
 * goes on where the operations' futures complete.
 */
public final class LoopClient {
  /**
   * What the clients of a load share.
   *
   * @param later runs what follows a failure, after a pause: a store that is down must not be asked
   *     as fast as the machine can
   * @param ended whether to stop
   */
  public record Setting(
      Meter meter,
      Function<Throwable, Failure> classify,
      LongSupplier nanoTime,
      Tickets tickets,
      Executor later,
      BooleanSupplier ended) {}

  /** What a client repeats; never called before the last one has completed. */
  @FunctionalInterface
  public interface Operation {
    /** Starts one. */
    CompletableFuture<?> start();
  }

  private final Setting setting;
  private final Operation operation;
  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private final Turns turns = new Turns(this::turn);

  /** A client that has not begun. */
  public LoopClient(Setting setting, Operation operation) {
    this.setting = setting;
    this.operation = operation;
  }

  /** Begins. */
  public void start() {
    turns.next();
  }

  /** Completes when the load has ended and the last operation with it. */
  public CompletableFuture<Void> done() {
    return done;
  }

  private void turn() {
    if (setting.ended().getAsBoolean()) {
      done.complete(null);
      return;
    }
    long from = setting.tickets().take();
    if (from == Tickets.NONE) {
      setting.tickets().park(turns::next);
      return;
    }
    CompletableFuture<?> started;
    try {
      started = operation.start();
    } catch (RuntimeException failure) {
      started = CompletableFuture.failedFuture(failure);
    }
    var unused = started.whenComplete((result, failure) -> completed(from, failure));
  }

  private void completed(long from, @Nullable Throwable failure) {
    if (failure == null) {
      setting.meter().succeeded(from, setting.nanoTime().getAsLong());
      turns.next();
    } else {
      setting.meter().failed(setting.classify().apply(failure));
      setting.later().execute(turns::next);
    }
  }
}
