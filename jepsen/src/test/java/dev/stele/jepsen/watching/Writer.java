// SPDX-License-Identifier: Apache-2.0
package dev.stele.jepsen.watching;

import dev.stele.client.Keys;
import dev.stele.client.Operation;
import dev.stele.client.StoreClient;
import dev.stele.client.kind.DesiredState;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/** Puts, deletes and transactions of two keys, one after the other. */
public final class Writer {
  /** All names that it writes. */
  public static final List<String> KEYS =
      IntStream.range(0, 12).mapToObj(i -> "k-" + (char) ('a' + i)).toList();

  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private final StoreClient store;
  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private final Thread thread = new Thread(this::writeUntilDone, "writer");
  private volatile boolean stop;
  private int written;

  /** Nothing is written yet. */
  public Writer(StoreClient store) {
    this.store = store;
  }

  /** Writes so many times. */
  public void write(int count) {
    for (int i = 0; i < count; i++) {
      writeOne();
    }
  }

  private void writeOne() {
    written++;
    String name = KEYS.get(written % KEYS.size());
    DesiredState body = DesiredState.replicas(1 + written % 1_000);
    switch (written % 7) {
      case 3 -> store.facts().delete(Keys.desired(name)).join();
      case 5 -> {
        // In the order of the keys: a reader of histories can't tell another.
        String other = KEYS.get((written + 1) % KEYS.size());
        boolean ordered = name.compareTo(other) < 0;
        store
            .facts()
            .txn()
            .then(Operation.put(Keys.desired(ordered ? name : other), body))
            .then(Operation.put(Keys.desired(ordered ? other : name), body))
            .commit()
            .join();
      }
      default -> store.facts().put(Keys.desired(name), body).join();
    }
  }

  /** Goes on writing by itself. */
  public void start() {
    thread.start();
  }

  private void writeUntilDone() {
    try {
      while (!stop) {
        writeOne();
        // A steady trickle: what is judged is the order, not the speed.
        LockSupport.parkNanos(PAUSE_NANOS);
      }
      done.complete(null);
    } catch (RuntimeException e) {
      done.completeExceptionally(e);
    }
  }

  /** Stops; gives the revision of the last write, which is of a fact that is there. */
  public long finish() {
    stop = true;
    done.join();
    return store
        .facts()
        .put(Keys.desired(KEYS.get(0)), DesiredState.replicas(1_001))
        .join()
        .modRevision();
  }
}
