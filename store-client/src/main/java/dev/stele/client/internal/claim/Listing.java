// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.claim;

import dev.stele.client.Compare;
import dev.stele.client.Expect;
import dev.stele.client.FactKey;
import dev.stele.client.Facts;
import dev.stele.client.Keys;
import dev.stele.client.Operation;
import dev.stele.client.TxnResult;
import dev.stele.client.error.AlreadyExistsException;
import dev.stele.client.kind.Claim;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Adds items to a pool, a transaction for as many as one takes, one after the other. Where one of
 * them is there already, the items of that transaction are added one by one.
 */
final class Listing {
  /** Compares and operations of a transaction, of the protocol. */
  static final int CHUNK = 128;

  private final Facts facts;
  private final List<FactKey<Claim>> keys = new ArrayList<>();

  /**
   * A listing to be.
   *
   * @throws IllegalArgumentException when an item is empty or has a slash, which would make it
   *     another pool's
   */
  Listing(Facts facts, String pool, Collection<String> items) {
    this.facts = facts;
    Set<String> once = new LinkedHashSet<>(items);
    for (String item : once) {
      if (item.isEmpty() || item.indexOf('/') >= 0) {
        throw new IllegalArgumentException(
            "an item is '" + item + "', it must not be empty nor have a slash");
      }
      keys.add(Keys.claim(pool + "/" + item));
    }
  }

  /** Gives how many were added. */
  CompletableFuture<Integer> start() {
    CompletableFuture<Integer> added = CompletableFuture.completedFuture(0);
    for (int from = 0; from < keys.size(); from += CHUNK) {
      List<FactKey<Claim>> chunk = keys.subList(from, Math.min(from + CHUNK, keys.size()));
      added = added.thenCompose(sofar -> together(chunk).thenApply(more -> sofar + more));
    }
    return added;
  }

  private CompletableFuture<Integer> together(List<FactKey<Claim>> chunk) {
    return facts
        .txn()
        .when(chunk.stream().map(Compare::absent).toArray(Compare[]::new))
        .then(chunk.stream().map(key -> Operation.put(key, Claim.idle())).toArray(Operation[]::new))
        .commit()
        .thenCompose(result -> rest(chunk, result));
  }

  private CompletableFuture<Integer> rest(List<FactKey<Claim>> chunk, TxnResult result) {
    return result.succeeded() ? CompletableFuture.completedFuture(chunk.size()) : oneByOne(chunk);
  }

  private CompletableFuture<Integer> oneByOne(List<FactKey<Claim>> chunk) {
    CompletableFuture<Integer> added = CompletableFuture.completedFuture(0);
    for (FactKey<Claim> key : chunk) {
      added = added.thenCombine(alone(key), Integer::sum);
    }
    return added;
  }

  @SuppressWarnings("FutureReturnValueIgnored") // what comes of it goes into what is given
  private CompletableFuture<Integer> alone(FactKey<Claim> key) {
    CompletableFuture<Integer> added = new CompletableFuture<>();
    facts
        .put(key, Claim.idle(), Expect.absent())
        .whenComplete(
            (fact, failure) -> {
              if (failure == null) {
                added.complete(1);
              } else if (failure instanceof AlreadyExistsException) {
                added.complete(0);
              } else {
                added.completeExceptionally(failure);
              }
            });
    return added;
  }
}
