// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.peer.zookeeper;

import dev.stele.bench.compare.Driver;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.zookeeper.AddWatchMode;
import org.apache.zookeeper.AsyncCallback.VoidCallback;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.Watcher.WatcherType;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;
import org.jspecify.annotations.Nullable;

/** ZooKeeper's own asynchronous client: a session for each connection, taken in turn. */
final class ZooKeeperDriver implements Driver {
  private final List<Session> sessions;
  private final AtomicInteger turn = new AtomicInteger();

  ZooKeeperDriver(List<InetSocketAddress> servers, int connections, int leader) {
    this.sessions =
        Stream.generate(() -> new Session(new LeaderFirst(servers, leader)))
            .limit(connections)
            .toList();
  }

  private ZooKeeper next() {
    return sessions.get(Math.floorMod(turn.getAndIncrement(), sessions.size())).zooKeeper();
  }

  private static String path(String key) {
    return "/" + key;
  }

  @Override
  public CompletableFuture<Void> put(String key, byte[] value) {
    CompletableFuture<Void> put = new CompletableFuture<>();
    set(next(), path(key), value, put);
    return put;
  }

  private static void set(
      ZooKeeper zooKeeper, String path, byte[] value, CompletableFuture<Void> put) {
    zooKeeper.setData(
        path,
        value,
        -1,
        (code, unused, context, stat) -> {
          if (code == Code.NONODE.intValue()) {
            create(zooKeeper, path, value, put);
          } else {
            end(put, code, path);
          }
        },
        null);
  }

  /** Creates a node, and those above it; one that is there by now gets the value. */
  private static void create(
      ZooKeeper zooKeeper, String path, byte[] value, CompletableFuture<Void> put) {
    zooKeeper.create(
        path,
        value,
        Ids.OPEN_ACL_UNSAFE,
        CreateMode.PERSISTENT,
        (code, unused, context, name) -> {
          if (code == Code.NONODE.intValue()) {
            String above = path.substring(0, path.lastIndexOf('/'));
            createEmpty(zooKeeper, above, put, () -> create(zooKeeper, path, value, put));
          } else if (code == Code.NODEEXISTS.intValue()) {
            set(zooKeeper, path, value, put);
          } else {
            end(put, code, path);
          }
        },
        null);
  }

  private static void createEmpty(
      ZooKeeper zooKeeper, String path, CompletableFuture<Void> put, Runnable then) {
    zooKeeper.create(
        path,
        new byte[0],
        Ids.OPEN_ACL_UNSAFE,
        CreateMode.PERSISTENT,
        (code, unused, context, name) -> {
          if (code == Code.OK.intValue() || code == Code.NODEEXISTS.intValue()) {
            then.run();
          } else if (code == Code.NONODE.intValue()) {
            String above = path.substring(0, path.lastIndexOf('/'));
            createEmpty(zooKeeper, above, put, () -> createEmpty(zooKeeper, path, put, then));
          } else {
            end(put, code, path);
          }
        },
        null);
  }

  private static void end(CompletableFuture<Void> future, int code, String path) {
    if (code == Code.OK.intValue()) {
      future.complete(null);
    } else {
      future.completeExceptionally(KeeperException.create(Code.get(code), path));
    }
  }

  @Override
  public CompletableFuture<byte[]> get(String key, boolean linearizable) {
    CompletableFuture<byte[]> got = new CompletableFuture<>();
    ZooKeeper zooKeeper = next();
    String path = path(key);
    if (linearizable) {
      // A session's requests are answered in their order, so the read need not wait here for it.
      VoidCallback synced =
          (code, unused, context) -> {
            if (code != Code.OK.intValue()) {
              got.completeExceptionally(KeeperException.create(Code.get(code), path));
            }
          };
      zooKeeper.sync(path, synced, null);
    }
    zooKeeper.getData(
        path,
        false,
        (code, unused, context, value, stat) -> {
          if (code == Code.OK.intValue()) {
            got.complete(value);
          } else {
            got.completeExceptionally(KeeperException.create(Code.get(code), path));
          }
        },
        null);
    return got;
  }

  @Override
  public CompletableFuture<Void> transact(String guard, String first, String second, byte[] value) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    List<Op> steps =
        List.of(
            Op.check(path(guard), -1),
            Op.setData(path(first), value, -1),
            Op.setData(path(second), value, -1));
    next().multi(steps, (code, path, context, results) -> judge(done, code, results), null);
    return done;
  }

  private static void judge(
      CompletableFuture<Void> done, int code, @Nullable List<OpResult> results) {
    if (code == Code.NONODE.intValue()
        && results != null
        && results.get(0) instanceof OpResult.ErrorResult guard
        && guard.getErr() == code) {
      done.completeExceptionally(new NoSuchElementException("the guard does not exist"));
    } else {
      end(done, code, "(a transaction)");
    }
  }

  @Override
  public AutoCloseable watch(String prefix, Consumer<byte[]> changes) {
    ZooKeeper zooKeeper = next();
    String above = path(prefix.substring(0, prefix.length() - 1));
    Watcher watcher =
        event -> {
          String path = event.getPath();
          if (path != null && path.length() > above.length()) {
            switch (event.getType()) {
              case NodeCreated, NodeDataChanged -> read(zooKeeper, path, changes);
              default -> {
                // Nothing was put.
              }
            }
          }
        };
    CompletableFuture<Void> added = new CompletableFuture<>();
    VoidCallback inForce = (code, path, context) -> end(added, code, above);
    zooKeeper.addWatch(above, watcher, AddWatchMode.PERSISTENT_RECURSIVE, inForce, null);
    added.join();
    return () ->
        zooKeeper.removeWatches(
            above, watcher, WatcherType.Any, true, (code, path, context) -> {}, null);
  }

  private static void read(ZooKeeper zooKeeper, String path, Consumer<byte[]> changes) {
    zooKeeper.getData(
        path,
        false,
        (code, unused, context, value, stat) -> {
          if (code == Code.OK.intValue()) {
            changes.accept(value);
          }
        },
        null);
  }

  @Override
  public CompletableFuture<String> grant(String name, long ttlMillis) {
    return CompletableFuture.failedFuture(
        new UnsupportedOperationException("ZooKeeper has no leases that a program renews"));
  }

  @Override
  public CompletableFuture<Void> renew(List<String> leases) {
    return CompletableFuture.failedFuture(
        new UnsupportedOperationException("ZooKeeper has no leases that a program renews"));
  }

  @Override
  public void close() {
    sessions.parallelStream().forEach(Session::close);
  }
}
