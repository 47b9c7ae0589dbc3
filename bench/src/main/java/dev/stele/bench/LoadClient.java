// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench;

import dev.stele.bench.Target.Failure;
import dev.stele.bench.Target.Found;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** What one client of a load run repeats: it takes its own keys in turn. */
final class LoadClient implements LoopClient.Operation {
  private final LoadOptions options;
  private final long run;
  private final List<Ledger> ledgers;
  private final Target target;
  private final int number;
  private int key;

  LoadClient(LoadOptions options, long run, List<Ledger> ledgers, Target target, int number) {
    this.options = options;
    this.run = run;
    this.ledgers = ledgers;
    this.target = target;
    this.number = number;
    this.key = number;
  }

  @Override
  public CompletableFuture<?> start() {
    int index = key;
    key += options.clients();
    if (key >= options.keys()) {
      key = number;
    }
    return options.operation() == LoadOptions.Operation.PUT ? put(index) : get(index);
  }

  private CompletableFuture<Long> put(int index) {
    Ledger ledger = ledgers.get(index);
    int written = ledger.next();
    byte[] value = Stamp.value(run, written, options.valueBytes());
    return target
        .put(options.key(index), value)
        .whenComplete(
            (revision, failure) -> {
              if (failure == null) {
                ledger.acknowledge(revision);
              } else if (target.classify(failure).mayHaveHappened()) {
                ledger.leaveUnknown(written);
              } else {
                ledger.refuse(written);
              }
            });
  }

  private CompletableFuture<Found> get(int index) {
    CompletableFuture<Optional<Found>> get = target.get(options.key(index));
    return get.thenApply(found -> found.orElseThrow(NotThere::new));
  }

  /** Sees a failure of any of the target's operations as the report tells it. */
  static Failure classify(Target target, Throwable failure) {
    boolean missing =
        failure instanceof CompletionException && failure.getCause() instanceof NotThere;
    return missing ? new Failure("NOT_FOUND", false) : target.classify(failure);
  }

  /** A key that was written before is gone. */
  private static final class NotThere extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotThere() {
      super("there is no such key", null, false, false);
    }
  }
}
