// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

import dev.stele.client.kind.FactKind;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Reads and writes of facts. Thread-safe; nothing blocks.
 *
 * <p><b>Failures.</b> Futures fail with a {@link dev.stele.client.error.SteleException}; its type
 * says whether the write may have happened. Reads, and writes that never reached the log, are tried
 * again at other endpoints within the request's timeout and the retry budget. A write whose outcome
 * is unknown is never sent again: {@link dev.stele.client.error.OutcomeUnknownException}.
 *
 * <p><b>Threads.</b> Futures complete on a transport thread unless {@link
 * StoreClientBuilder#callbackExecutor} names an executor. Don't block in what depends on them: use
 * the {@code …Async} methods of {@link CompletableFuture} for that, or never get an answer.
 *
 * <p><b>Durability.</b> A write that succeeded is on the disks of a majority.
 */
public interface Facts {
  /** Writes a fact, whatever was there. */
  default <T> CompletableFuture<Fact<T>> put(FactKey<T> key, T body) {
    return put(key, body, PutOptions.none());
  }

  /** Writes a fact if what is expected is so. */
  default <T> CompletableFuture<Fact<T>> put(FactKey<T> key, T body, Expect expect) {
    return put(key, body, PutOptions.none().expect(expect));
  }

  /** Writes a fact; answers it as it stands then. */
  <T> CompletableFuture<Fact<T>> put(FactKey<T> key, T body, PutOptions options);

  /** Reads a fact, linearizably. */
  default <T> CompletableFuture<Got<T>> get(FactKey<T> key) {
    return get(key, ReadMode.linearizable());
  }

  /** Reads a fact. */
  <T> CompletableFuture<Got<T>> get(FactKey<T> key, ReadMode mode);

  /**
   * One page of the facts of {@code kind} whose names begin with {@code namePrefix}.
   *
   * @throws IllegalArgumentException when the options leave the bodies out: {@link RawFacts#list}
   *     does that
   */
  <T> CompletableFuture<Page<T>> list(FactKind<T> kind, String namePrefix, ListOptions options);

  /**
   * All facts of {@code kind} whose names begin with {@code namePrefix}, at one revision. One page
   * is in memory at a time; {@code visitor} runs where futures complete, and what it throws ends
   * the walk.
   */
  <T> CompletableFuture<Walked> forEach(
      FactKind<T> kind, String namePrefix, ListOptions options, Consumer<? super Fact<T>> visitor);

  /** A page of a key's changes, newest first. */
  <T> CompletableFuture<HistoryPage<T>> history(FactKey<T> key, HistoryOptions options);

  /** Deletes a fact. Finding none is no failure. */
  CompletableFuture<Deleted> delete(FactKey<?> key);

  /** Deletes a fact if it stands where it is expected. */
  CompletableFuture<Deleted> delete(FactKey<?> key, Expect.AtRevision expect);

  /** Deletes what is selected, in one kind and at one revision. */
  CompletableFuture<Deleted> deleteAll(Selector selector);

  /** Begins a transaction. */
  Txn txn();

  /** These facts, with every write refused as fenced unless all these leases are held. */
  Facts guardedBy(LeaseRef... guards);

  /** These facts without types, with the same guards. */
  RawFacts raw();

  /** The leases that guard writes made here. */
  List<LeaseRef> guards();
}
