// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * What the load calls. Thread-safe; futures complete on any thread. It goes on through failovers:
 * an operation fails when its outcome is bad or unknown, and the next one finds the new leader.
 */
public interface Driver extends AutoCloseable {
  /** Writes {@code value}, whether or not there is such a key. */
  CompletableFuture<Void> put(String key, byte[] value);

  /** Reads; completes exceptionally when there is no such key. */
  CompletableFuture<byte[]> get(String key, boolean linearizable);

  /** Writes both keys if {@code guard} exists. */
  CompletableFuture<Void> transact(String guard, String first, String second, byte[] value);

  /**
   * One watcher of everything below {@code prefix}, which ends in a slash.
   *
   * @param changes told each value that was put there, in order; a peer whose events carry no value
   *     reads it first
   * @return once the watch is in force; closing it ends it
   */
  AutoCloseable watch(String prefix, Consumer<byte[]> changes);

  /** Grants a lease of {@code ttlMillis}, and tells what {@link #renew} calls it. */
  CompletableFuture<String> grant(String name, long ttlMillis);

  /** Renews leases; completes once all are. */
  CompletableFuture<Void> renew(List<String> leases);

  /** Ends a lease, and with it whatever was claimed under it. */
  default CompletableFuture<Void> release(String lease) {
    return unable();
  }

  /** Has a pool of {@code items} items, none of which is claimed. */
  default CompletableFuture<Void> fillPool(String pool, int items) {
    return unable();
  }

  /**
   * Takes an idle item of a pool for the owner of a lease.
   *
   * @param lease as {@link #grant} called it
   * @param among of how many of the first idle items one is picked, where it is the client that
   *     picks; 1: always the first
   * @return the item; empty when none is idle
   */
  default CompletableFuture<Optional<String>> claim(String pool, String lease, int among) {
    return unable();
  }

  private static <T> CompletableFuture<T> unable() {
    return CompletableFuture.failedFuture(
        new UnsupportedOperationException("this one has no leases that items are claimed under"));
  }

  @Override
  void close();
}
