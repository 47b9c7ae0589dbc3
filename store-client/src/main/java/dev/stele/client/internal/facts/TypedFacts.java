// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.facts;

import dev.stele.client.Deleted;
import dev.stele.client.Expect;
import dev.stele.client.Fact;
import dev.stele.client.FactKey;
import dev.stele.client.Facts;
import dev.stele.client.Got;
import dev.stele.client.HistoryOptions;
import dev.stele.client.HistoryPage;
import dev.stele.client.LeaseHandle;
import dev.stele.client.LeaseRef;
import dev.stele.client.ListOptions;
import dev.stele.client.Page;
import dev.stele.client.PutOptions;
import dev.stele.client.RawFacts;
import dev.stele.client.ReadMode;
import dev.stele.client.Selector;
import dev.stele.client.Txn;
import dev.stele.client.Walked;
import dev.stele.client.internal.call.Caller;
import dev.stele.client.internal.call.Method;
import dev.stele.client.internal.call.Outgoing;
import dev.stele.client.internal.link.Route;
import dev.stele.client.kind.FactKind;
import dev.stele.proto.v1.DeleteRequest;
import dev.stele.proto.v1.RequestHeader;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;

/** Facts with the types of their bodies. */
public final class TypedFacts implements Facts {
  private final Caller caller;
  private final Guards guards;
  private final RawFacts raw;

  /** Facts without guards. */
  public TypedFacts(Caller caller) {
    this(caller, Guards.none());
  }

  private TypedFacts(Caller caller, Guards guards) {
    this.caller = caller;
    this.guards = guards;
    this.raw = new DirectFacts(caller, guards);
  }

  @Override
  public <T> CompletableFuture<Fact<T>> put(FactKey<T> key, T body, PutOptions options) {
    byte[] bytes = key.kind().codec().encode(body);
    PutOptions guarded = options.guardedBy(guards.refs());
    return guards.call(
        caller,
        new Outgoing<>(
            Method.PUT,
            Route.LEADER,
            false,
            header -> Requests.put(header, key, bytes, guarded),
            (header, answer) -> Answers.fact(key, body, guarded.lease(), answer)));
  }

  @Override
  public <T> CompletableFuture<Got<T>> get(FactKey<T> key, ReadMode mode) {
    return caller.call(
        new Outgoing<>(
            Method.GET,
            Reads.route(mode),
            Reads.isLinearizable(mode),
            header -> Requests.get(header, key, mode),
            (header, answer) -> Answers.got(key, header, answer)));
  }

  @Override
  public <T> CompletableFuture<Page<T>> list(
      FactKind<T> kind, String namePrefix, ListOptions options) {
    if (options.keysOnly()) {
      throw new IllegalArgumentException("a typed list has bodies; raw() lists without");
    }
    Selector selector = Selector.prefix(kind.name() + "/" + namePrefix);
    Function<String, FactKey<T>> keys = Answers.keysOf(kind);
    ReadMode mode = Reads.ofPage(options.mode(), options.from());
    return caller.call(
        new Outgoing<>(
            Method.LIST,
            Reads.route(mode),
            Reads.isLinearizable(mode),
            header -> Requests.list(header, selector, options),
            (header, answer) -> Answers.page(keys, header, answer)));
  }

  @Override
  public <T> CompletableFuture<Walked> forEach(
      FactKind<T> kind, String namePrefix, ListOptions options, Consumer<? super Fact<T>> visitor) {
    return new PageWalk<T>(page -> list(kind, namePrefix, page), visitor).start(options);
  }

  @Override
  public <T> CompletableFuture<HistoryPage<T>> history(FactKey<T> key, HistoryOptions options) {
    ReadMode mode = Reads.ofPage(options.mode(), options.from());
    return caller.call(
        new Outgoing<>(
            Method.HISTORY,
            Reads.route(mode),
            Reads.isLinearizable(mode),
            header -> Requests.history(header, key, options),
            (header, answer) -> Answers.history(key, header, answer)));
  }

  @Override
  public CompletableFuture<Deleted> delete(FactKey<?> key) {
    return delete(header -> Requests.delete(header, key, Expect.anything(), guards.refs()));
  }

  @Override
  public CompletableFuture<Deleted> delete(FactKey<?> key, Expect.AtRevision expect) {
    return delete(header -> Requests.delete(header, key, expect, guards.refs()));
  }

  @Override
  public CompletableFuture<Deleted> deleteAll(Selector selector) {
    return delete(header -> Requests.deleteAll(header, selector, guards.refs()));
  }

  private CompletableFuture<Deleted> delete(Function<RequestHeader, DeleteRequest> message) {
    return guards.call(
        caller, new Outgoing<>(Method.DELETE, Route.LEADER, false, message, Answers::deleted));
  }

  @Override
  public Txn txn() {
    return new TxnDraft(caller, guards);
  }

  @Override
  public Facts guardedBy(LeaseRef... more) {
    return new TypedFacts(caller, guards.and(List.of(more)));
  }

  @Override
  public Facts guardedBy(LeaseHandle lease) {
    return new TypedFacts(caller, guards.and(lease));
  }

  @Override
  public RawFacts raw() {
    return raw;
  }

  @Override
  public List<LeaseRef> guards() {
    return guards.refs();
  }
}
