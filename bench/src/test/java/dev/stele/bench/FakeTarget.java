// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** A store in a map, with faults to order. */
final class FakeTarget implements Target {
  final Map<String, Found> facts = new ConcurrentHashMap<>();
  private final Map<String, List<Found>> changes = new ConcurrentHashMap<>();
  final AtomicLong revision = new AtomicLong();
  final AtomicInteger underWay = new AtomicInteger();
  final AtomicInteger mostUnderWay = new AtomicInteger();
  private final Executor executor;
  private final Fault fault;

  FakeTarget(Executor executor, Fault fault) {
    this.executor = executor;
    this.fault = fault;
  }

  /** What a write meets; the count is that of all writes, from 1. */
  interface Fault {
    Fault NONE = count -> Kind.OK;

    Kind at(long count);

    enum Kind {
      OK,
      /** Not done, and said so. */
      REFUSED,
      /** Done, but the answer is lost. */
      DONE_UNKNOWN,
      /** Not done, and the answer is lost. */
      NOT_DONE_UNKNOWN,
      /** A bug: done twice. */
      TWICE,
      /** A bug: acknowledged and not done. */
      DROPPED,
      /** A bug: done, and reported as not done. */
      DONE_REFUSED
    }
  }

  private final AtomicLong writes = new AtomicLong();

  @Override
  public CompletableFuture<Long> put(String key, byte[] value) {
    mostUnderWay.accumulateAndGet(underWay.incrementAndGet(), Math::max);
    CompletableFuture<Long> result = new CompletableFuture<>();
    executor.execute(
        () -> {
          Fault.Kind kind = fault.at(writes.incrementAndGet());
          long written = revision.incrementAndGet();
          boolean done =
              kind == Fault.Kind.OK
                  || kind == Fault.Kind.TWICE
                  || kind == Fault.Kind.DONE_UNKNOWN
                  || kind == Fault.Kind.DONE_REFUSED;
          if (done) {
            Found change = new Found(written, ByteBuffer.wrap(value));
            facts.put(key, change);
            List<Found> changed = changes.computeIfAbsent(key, k -> new CopyOnWriteArrayList<>());
            changed.add(change);
            if (kind == Fault.Kind.TWICE) {
              changed.add(change);
            }
          }
          underWay.decrementAndGet();
          boolean acknowledged =
              kind == Fault.Kind.OK || kind == Fault.Kind.DROPPED || kind == Fault.Kind.TWICE;
          if (acknowledged) {
            result.complete(written);
          } else {
            result.completeExceptionally(new IllegalStateException(kind.name()));
          }
        });
    return result;
  }

  @Override
  public CompletableFuture<Optional<Found>> get(String key) {
    return CompletableFuture.supplyAsync(() -> Optional.ofNullable(facts.get(key)), executor);
  }

  @Override
  public CompletableFuture<Void> history(String key, Consumer<Found> visitor) {
    return CompletableFuture.runAsync(
        () -> {
          List<Found> newestFirst = new ArrayList<>(changes.getOrDefault(key, List.of()));
          Collections.reverse(newestFirst);
          newestFirst.forEach(visitor);
        },
        executor);
  }

  @Override
  public Failure classify(Throwable failure) {
    boolean unknown = failure.getMessage().contains("UNKNOWN");
    return new Failure(unknown ? "OUTCOME_UNKNOWN" : "OVERLOADED", unknown);
  }

  @Override
  public void close() {}
}
