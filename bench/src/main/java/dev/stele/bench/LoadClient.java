// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench;

import dev.stele.bench.Target.Failure;
import dev.stele.bench.Target.Found;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One logical client: an operation, and when it completes the next. It has no thread of its own; it
 * goes on where the target completes its futures.
 */
final class LoadClient {
  /** What the clients of a run share. */
  record Setting(
      LoadOptions options,
      long run,
      List<Ledger> ledgers,
      Meter meter,
      LongSupplier nanoTime,
      Executor later,
      BooleanSupplier ended) {}

  private final Setting setting;
  private final Target target;
  private final int number;
  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private final Turns turns = new Turns(this::turn);
  private int key;

  LoadClient(Setting setting, Target target, int number) {
    this.setting = setting;
    this.target = target;
    this.number = number;
    this.key = number;
  }

  /** Begins. */
  void start() {
    turns.next();
  }

  /** Completes when the run has ended and the last operation with it. */
  CompletableFuture<Void> done() {
    return done;
  }

  private void turn() {
    if (setting.ended().getAsBoolean()) {
      done.complete(null);
      return;
    }
    int index = key;
    key += setting.options().clients();
    if (key >= setting.options().keys()) {
      key = number;
    }
    long start = setting.nanoTime().getAsLong();
    if (setting.options().operation() == LoadOptions.Operation.PUT) {
      put(index, start);
    } else {
      get(index, start);
    }
  }

  private void put(int index, long start) {
    Ledger ledger = setting.ledgers().get(index);
    int written = ledger.next();
    byte[] value = Stamp.value(setting.run(), written, setting.options().valueBytes());
    CompletableFuture<Long> put = target.put(setting.options().key(index), value);
    var unused =
        put.whenComplete(
            (revision, failure) -> {
              if (failure == null) {
                ledger.acknowledge(revision);
                succeeded(start);
              } else if (failed(failure).mayHaveHappened()) {
                ledger.leaveUnknown(written);
              } else {
                ledger.refuse(written);
              }
              next(failure);
            });
  }

  private void get(int index, long start) {
    CompletableFuture<Optional<Found>> get = target.get(setting.options().key(index));
    var unused =
        get.whenComplete(
            (found, failure) -> {
              if (failure != null) {
                failed(failure);
              } else if (found.isEmpty()) {
                setting.meter().failed(new Failure("NOT_FOUND", false));
              } else {
                succeeded(start);
              }
              next(failure);
            });
  }

  private void succeeded(long start) {
    setting.meter().succeeded(start, setting.nanoTime().getAsLong());
  }

  private Failure failed(Throwable thrown) {
    Failure failure = target.classify(thrown);
    setting.meter().failed(failure);
    return failure;
  }

  private void next(@Nullable Throwable failure) {
    if (failure == null) {
      turns.next();
    } else {
      // A store that is down must not be asked as fast as the machine can.
      setting.later().execute(turns::next);
    }
  }
}
