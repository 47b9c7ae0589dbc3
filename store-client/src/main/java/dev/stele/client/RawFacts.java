// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Facts of any kind with their bodies as they are stored, and the whole of each answer. The
 * shortest way to the wire. Arrays that are handed over are not copied: leave them alone
 * afterwards. For failures, threads and retries see {@link Facts}.
 */
public interface RawFacts {
  /** Writes a fact. */
  CompletableFuture<Written> put(FactKey<?> key, byte[] body, PutOptions options);

  /** Reads a fact. */
  CompletableFuture<Got<byte[]>> get(FactKey<?> key, ReadMode mode);

  /** One page of what is selected. */
  CompletableFuture<Page<byte[]>> list(Selector selector, ListOptions options);

  /**
   * All pages of what is selected, at one revision. One page is in memory at a time; {@code
   * visitor} runs where futures complete, and what it throws ends the walk.
   */
  CompletableFuture<Walked> forEach(
      Selector selector, ListOptions options, Consumer<? super Fact<byte[]>> visitor);

  /** A page of a key's changes, newest first. */
  CompletableFuture<HistoryPage<byte[]>> history(FactKey<?> key, HistoryOptions options);
}
