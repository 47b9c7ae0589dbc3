// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** What is put under load: a store as one connection of a client sees it. Thread-safe. */
public interface Target extends AutoCloseable {
  /** Writes; completes with the revision at which the value stands. */
  CompletableFuture<Long> put(String key, byte[] value);

  /** Reads, in the mode that the target was made for; empty when there is no such key. */
  CompletableFuture<Optional<Found>> get(String key);

  /**
   * Shows every change that put a value at {@code key}, newest first, beginning with the newest
   * acknowledged state; {@code visitor} is called by one thread at a time. Fails when it is known
   * that earlier ones were compacted.
   */
  CompletableFuture<Void> history(String key, Consumer<Found> visitor);

  /** What a future's failure says. */
  Failure classify(Throwable failure);

  @Override
  void close();

  /**
   * A value and where it stands.
   *
   * @param revision the revision that wrote it
   */
  record Found(long revision, ByteBuffer value) {}

  /**
   * Why an operation gave no result.
   *
   * @param reason as in the table of errors, for instance {@code NO_QUORUM}
   * @param mayHaveHappened whether a write may have taken effect, or may yet
   */
  record Failure(String reason, boolean mayHaveHappened) {}
}
