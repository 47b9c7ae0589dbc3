// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli;

import dev.stele.client.Claims;
import dev.stele.client.Cluster;
import dev.stele.client.Fact;
import dev.stele.client.Facts;
import dev.stele.client.Keys;
import dev.stele.client.Leases;
import dev.stele.client.Members;
import dev.stele.client.RawFacts;
import dev.stele.client.ResponseInfo;
import dev.stele.client.StoreClient;
import dev.stele.client.Txn;
import dev.stele.client.Watch;
import dev.stele.client.WatchBuilder;
import dev.stele.client.WatchListener;
import dev.stele.client.WatchState;
import dev.stele.client.WatchStatus;
import dev.stele.client.error.CompactedException;
import dev.stele.client.error.SteleException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** A client that remembers what it was asked and answers what was prepared, in order. */
public final class ScriptedStore {
  private static final List<Class<?>> PARTS =
      List.of(
          Facts.class,
          RawFacts.class,
          Txn.class,
          Cluster.class,
          Leases.class,
          Members.class,
          Claims.class);

  /** Requests in order: the method's name, then its arguments. */
  public final List<List<Object>> asked = new ArrayList<>();

  /** With which endpoints and timeout it was opened, if it was. */
  public final List<String> opened = new ArrayList<>();

  private final Deque<Object> answers = new ArrayDeque<>();
  private final Deque<Consumer<WatchListener>> watches = new ArrayDeque<>();

  /** Who answers, at revision 7. */
  public static ResponseInfo info() {
    return new ResponseInfo(
        "c-1", 1, "n0", "n1", "127.0.0.1:7410", 3, 7, 60_000, Duration.ofMillis(250));
  }

  /** A fact at revision 7. */
  public static Fact<byte[]> fact(String key, byte[] body) {
    return new Fact<>(Keys.raw(key), body, 2, 7, 4, Optional.empty());
  }

  /** Prepares an answer. */
  public void answer(Object result) {
    answers.add(CompletableFuture.completedFuture(result));
  }

  /** Prepares a failure. */
  public void fail(Throwable failure) {
    answers.add(CompletableFuture.failedFuture(failure));
  }

  StoreClient open(String endpoints, Duration timeout) {
    opened.add(endpoints + " " + timeout);
    return proxy(StoreClient.class);
  }

  /** Prepares what a watch does. */
  public void watch(Consumer<WatchListener> script) {
    watches.add(script);
  }

  /** A watch that does what was prepared as soon as it is started. */
  private final class ScriptedWatch implements Watch {
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private WatchStatus status =
        new WatchStatus(WatchState.LIVE, "127.0.0.1:7400", Optional.empty());

    ScriptedWatch(WatchListener listener) {
      listener.onStart(this);
      try {
        Objects.requireNonNull(watches.poll(), "no watch is prepared").accept(listener);
      } catch (SteleException | CliException end) {
        WatchState state =
            end instanceof CompactedException ? WatchState.COMPACTED : WatchState.FAILED;
        status = new WatchStatus(state, "127.0.0.1:7400", Optional.of(end));
        listener.onStatus(status);
        closed.completeExceptionally(end);
      }
    }

    @Override
    public WatchStatus status() {
      return status;
    }

    @Override
    public long position() {
      return 0;
    }

    @Override
    public void applied(long revision) {
      asked.add(List.of("applied", revision));
    }

    @Override
    public void refused(long revision, String reason) {
      asked.add(List.of("refused", revision, reason));
    }

    @Override
    public CompletableFuture<Void> closed() {
      return closed;
    }

    @Override
    public void close() {
      closed.complete(null);
    }
  }

  private <T> T proxy(Class<T> type) {
    Object proxy =
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, args) -> call(self, method, args));
    return type.cast(proxy);
  }

  private Object call(Object self, Method method, Object[] args) {
    Class<?> type = method.getReturnType();
    if (type == void.class) {
      return null;
    }
    note(method, args);
    if (type == Watch.class && args != null) {
      return new ScriptedWatch((WatchListener) args[0]);
    }
    if (type == WatchBuilder.class) {
      return self instanceof WatchBuilder ? self : proxy(WatchBuilder.class);
    }
    if (type == Txn.class && self instanceof Txn) {
      return self;
    }
    for (Class<?> part : PARTS) {
      if (type == part) {
        return proxy(part);
      }
    }
    Object answer = answers.poll();
    if (answer == null) {
      throw new IllegalStateException("nothing prepared for " + method);
    }
    return answer;
  }

  private void note(Method method, Object[] args) {
    List<Object> call = new ArrayList<>(List.of(method.getName()));
    if (args != null) {
      Arrays.stream(args)
          .flatMap(
              arg ->
                  arg instanceof Object[] many
                      ? Arrays.stream(many)
                      : Arrays.stream(new Object[] {arg}))
          .forEach(call::add);
    }
    asked.add(call);
  }

  /** The arguments of the only call of this name. */
  public List<Object> argumentsOf(String method) {
    List<List<Object>> found = asked.stream().filter(call -> call.get(0).equals(method)).toList();
    if (found.size() != 1) {
      throw new AssertionError(method + " was called " + found.size() + " times: " + asked);
    }
    return found.get(0).subList(1, found.get(0).size());
  }
}
