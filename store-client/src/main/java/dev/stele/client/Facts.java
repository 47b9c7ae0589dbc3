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
 * says whether the write may have happened. Requests are tried again at other endpoints within the
 * request's timeout and the retry budget: reads, writes that never reached the log, and, since they
 * are made under a client session, writes whose answer was lost.
 *
 * <p><b>Exactly once.</b> A put, delete or transaction that changes something takes effect at most
 * once however often it is sent, over leader changes and restarts; one that succeeded took effect
 * exactly once. {@link dev.stele.client.error.OutcomeUnknownException} is left for a write of which
 * nobody said what became of it until the request's time was over: a longer {@link
 * StoreClientBuilder#requestTimeout} makes it rarer. What you send again after it, in a request of
 * your own, is another write. The promise is of this client object: it does not outlive the
 * process. The answers of what a transaction reads and writes at once are limited to 4 KiB ( {@link
 * dev.stele.client.error.Reason#REPLY_TOO_LARGE}, and nothing happened); one that only reads is
 * not. A client has up to 4,096 writes under way; up to 8,192 more wait for room within their time,
 * and what is beyond that is refused ({@link dev.stele.client.error.Reason#WINDOW_FULL}, and
 * nothing happened).
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

  /**
   * These facts, with every write refused as fenced unless this lease is held. Once the handle is
   * lost, writes are refused before they are sent.
   */
  Facts guardedBy(LeaseHandle lease);

  /** These facts without types, with the same guards. */
  RawFacts raw();

  /** The leases that guard writes made here. */
  List<LeaseRef> guards();
}
