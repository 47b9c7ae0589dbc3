// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench;

import dev.stele.bench.LoadReport.Verification;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Touches every key once, before or after the load, and does not give up at the first failure. */
final class Readback {
  /** Keys under way at a time. */
  static final int WINDOW = 256;

  /** How long failing keys are tried again, all together. */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Keys named in a report. */
  static final int EXAMPLES_MAX = 10;

  private final LoadOptions options;
  private final List<Target> connections;
  private final Executor later;
  private final LongSupplier nanoTime;

  Readback(LoadOptions options, List<Target> connections, Executor later, LongSupplier nanoTime) {
    this.options = options;
    this.connections = connections;
    this.later = later;
    this.nanoTime = nanoTime;
  }

  /**
   * Writes every key.
   *
   * @throws TimeoutException when a key could not be written
   */
  void writeAll(long run) throws InterruptedException, TimeoutException {
    byte[] value = Stamp.value(run, 0, options.valueBytes());
    List<@Nullable Long> revisions =
        each(index -> connection(index).put(options.key(index), value));
    long missing = revisions.stream().filter(revision -> revision == null).count();
    if (missing > 0) {
      throw new TimeoutException(
          missing + " keys could not be written in " + PATIENCE.toSeconds() + " s");
    }
  }

  /** Reads the history of every key and judges what is there. */
  Verification verify(long run, List<Ledger> ledgers)
      throws InterruptedException, TimeoutException {
    List<Ledger.@Nullable Look> looks = each(index -> look(index, run, ledgers.get(index)));
    Map<Ledger.Verdict, Integer> counts = new EnumMap<>(Ledger.Verdict.class);
    List<String> examples = new ArrayList<>();
    int unread = 0;
    long unknownDone = 0;
    long unknownNotDone = 0;
    for (int index = 0; index < ledgers.size(); index++) {
      Ledger.Look look = looks.get(index);
      String trouble = null;
      if (look == null) {
        unread++;
        trouble = "UNREAD";
      } else {
        Ledger.Verdict verdict = look.verdict();
        counts.merge(verdict, 1, Integer::sum);
        trouble = verdict == Ledger.Verdict.KEPT ? null : verdict.name();
        unknownDone += look.unknownDone();
        unknownNotDone += look.unknownNotDone();
      }
      if (trouble != null && examples.size() < EXAMPLES_MAX) {
        examples.add(options.key(index) + " " + trouble);
      }
    }
    return new Verification(
        ledgers.size(),
        ledgers.stream().mapToLong(Ledger::acknowledged).sum(),
        unknownDone,
        unknownNotDone,
        counts.getOrDefault(Ledger.Verdict.LOST, 0),
        counts.getOrDefault(Ledger.Verdict.TWICE, 0),
        counts.getOrDefault(Ledger.Verdict.PHANTOM, 0),
        counts.getOrDefault(Ledger.Verdict.WENT_BACK, 0),
        counts.getOrDefault(Ledger.Verdict.FOREIGN, 0),
        unread,
        List.copyOf(examples));
  }

  /** A new look at each try: one that failed half-way has seen some changes already. */
  private CompletableFuture<Ledger.Look> look(int index, long run, Ledger ledger) {
    Ledger.Look look = ledger.look(run);
    return connection(index).history(options.key(index), look::visit).thenApply(all -> look);
  }

  private Target connection(int index) {
    return connections.get(index % connections.size());
  }

  /** The result for each key; null where it failed to the end. */
  private <T> List<@Nullable T> each(IntFunction<CompletableFuture<T>> call)
      throws InterruptedException, TimeoutException {
    List<@Nullable T> results = new ArrayList<>();
    for (int index = 0; index < options.keys(); index++) {
      results.add(null);
    }
    AtomicInteger next = new AtomicInteger();
    long giveUpNanos = nanoTime.getAsLong() + PATIENCE.toNanos();
    List<CompletableFuture<Void>> lanes = new ArrayList<>();
    for (int lane = 0; lane < Math.min(WINDOW, options.keys()); lane++) {
      lanes.add(new Lane<>(call, results, next, giveUpNanos).start());
    }
    Waiting.all(lanes, PATIENCE.plus(LoadRun.DRAIN));
    return results;
  }

  /** Takes key after key until none is left. */
  private final class Lane<T> {
    private final IntFunction<CompletableFuture<T>> call;
    private final List<@Nullable T> results;
    private final AtomicInteger next;
    private final long giveUpNanos;
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private final Turns turns = new Turns(this::turn);
    private int index;

    Lane(
        IntFunction<CompletableFuture<T>> call,
        List<@Nullable T> results,
        AtomicInteger next,
        long giveUpNanos) {
      this.call = call;
      this.results = results;
      this.next = next;
      this.giveUpNanos = giveUpNanos;
    }

    CompletableFuture<Void> start() {
      index = next.getAndIncrement();
      turns.next();
      return done;
    }

    private void turn() {
      if (index >= options.keys()) {
        done.complete(null);
        return;
      }
      var unused =
          call.apply(index)
              .whenComplete(
                  (result, failure) -> {
                    if (failure != null && nanoTime.getAsLong() < giveUpNanos) {
                      later.execute(turns::next);
                      return;
                    }
                    if (failure == null) {
                      // Each index belongs to one lane, and the lanes end before anyone reads.
                      results.set(index, result);
                    }
                    index = next.getAndIncrement();
                    turns.next();
                  });
    }
  }
}
