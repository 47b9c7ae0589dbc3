// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.peer.stele;

import dev.stele.client.Compare;
import dev.stele.client.Fact;
import dev.stele.client.FactKey;
import dev.stele.client.Got;
import dev.stele.client.Keys;
import dev.stele.client.LeaseRef;
import dev.stele.client.Operation;
import dev.stele.client.PutOptions;
import dev.stele.client.ReadMode;
import dev.stele.client.Selector;
import dev.stele.client.StoreClient;
import dev.stele.client.TxnResult;
import dev.stele.client.Watch;
import dev.stele.client.WatchBatch;
import dev.stele.client.WatchEvent;
import dev.stele.client.WatchListener;
import dev.stele.client.WatchState;
import dev.stele.client.WatchStatus;
import dev.stele.client.Written;
import dev.stele.client.error.PoolExhaustedException;
import dev.stele.client.kind.Pool;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Through the client library: a client for each connection, taken in turn. */
final class SteleDriver extends LeasingDriver {
  private final List<StoreClient> clients;
  private final AtomicInteger turn = new AtomicInteger();

  SteleDriver(List<String> endpoints, int connections, int leader) {
    super(endpoints, connections, leader);
    this.clients =
        Stream.generate(() -> StoreClient.builder().endpoints(endpoints).build())
            .limit(connections)
            .toList();
  }

  private StoreClient next() {
    return clients.get(Math.floorMod(turn.getAndIncrement(), clients.size()));
  }

  private static FactKey<byte[]> raw(String key) {
    return Keys.raw(Documents.key(key));
  }

  @Override
  public CompletableFuture<Void> put(String key, byte[] value) {
    return next()
        .facts()
        .raw()
        .put(raw(key), Documents.body(value), PutOptions.none())
        .thenApply(SteleDriver::nothing);
  }

  private static @Nullable Void nothing(Written written) {
    return null;
  }

  @Override
  public CompletableFuture<byte[]> get(String key, boolean linearizable) {
    ReadMode mode = linearizable ? ReadMode.linearizable() : ReadMode.local();
    return next().facts().raw().get(raw(key), mode).thenApply(SteleDriver::value);
  }

  private static byte[] value(Got<byte[]> got) {
    Fact<byte[]> fact = got.fact().orElseThrow(() -> new NoSuchElementException("no such key"));
    return Documents.value(fact.body());
  }

  @Override
  public CompletableFuture<Void> transact(String guard, String first, String second, byte[] value) {
    byte[] body = Documents.body(value);
    return next()
        .facts()
        .txn()
        .when(Compare.exists(raw(guard)))
        .then(Operation.put(raw(first), body), Operation.put(raw(second), body))
        .commit()
        .thenApply(SteleDriver::succeeded);
  }

  private static @Nullable Void succeeded(TxnResult result) {
    if (!result.succeeded()) {
      throw new NoSuchElementException("the guard does not exist");
    }
    return null;
  }

  @Override
  public CompletableFuture<Void> fillPool(String pool, int items) {
    List<String> names = IntStream.range(0, items).mapToObj("%06d"::formatted).toList();
    return next()
        .claims()
        .define(pool, Pool.listed())
        .thenCompose(defined -> next().claims().add(pool, names))
        .thenApply(SteleDriver::nothing);
  }

  private static @Nullable Void nothing(int added) {
    return null;
  }

  @Override
  public CompletableFuture<Optional<String>> claim(String pool, String lease, int among) {
    int colon = lease.indexOf(':');
    LeaseRef owner = new LeaseRef(lease.substring(colon + 1), Long.parseLong(lease, 0, colon, 10));
    return next()
        .claims()
        .next(pool, owner)
        .thenApply(grant -> Optional.of(grant.item()))
        .exceptionally(SteleDriver::noneIdle);
  }

  private static Optional<String> noneIdle(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof PoolExhaustedException) {
      return Optional.empty();
    }
    throw new CompletionException(cause);
  }

  @Override
  public AutoCloseable watch(String prefix, Consumer<byte[]> changes) {
    Listener listener = new Listener(changes);
    Watch watch = next().watch(Selector.prefix(Documents.key(prefix))).putsOnly().start(listener);
    listener.live.join();
    return watch;
  }

  private record Listener(Consumer<byte[]> changes, CompletableFuture<Void> live)
      implements WatchListener {
    Listener(Consumer<byte[]> changes) {
      this(changes, new CompletableFuture<>());
    }

    @Override
    public void onBatch(WatchBatch batch) {
      for (WatchEvent event : batch.events()) {
        event.fact().ifPresent(fact -> changes.accept(Documents.value(fact.body())));
      }
    }

    @Override
    public void onStatus(WatchStatus status) {
      if (status.state() == WatchState.LIVE) {
        live.complete(null);
      } else if (status.state() == WatchState.FAILED) {
        live.completeExceptionally(
            status.cause().orElseGet(() -> new IllegalStateException("the watch failed")));
      }
    }
  }

  @Override
  public void close() {
    clients.forEach(StoreClient::close);
    super.close();
  }
}
