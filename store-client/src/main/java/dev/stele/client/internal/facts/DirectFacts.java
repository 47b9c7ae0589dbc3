// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.facts;

import dev.stele.client.Fact;
import dev.stele.client.FactKey;
import dev.stele.client.Got;
import dev.stele.client.HistoryOptions;
import dev.stele.client.HistoryPage;
import dev.stele.client.Keys;
import dev.stele.client.ListOptions;
import dev.stele.client.Page;
import dev.stele.client.PutOptions;
import dev.stele.client.RawFacts;
import dev.stele.client.ReadMode;
import dev.stele.client.Selector;
import dev.stele.client.Walked;
import dev.stele.client.Written;
import dev.stele.client.internal.call.Caller;
import dev.stele.client.internal.call.Method;
import dev.stele.client.internal.call.Outgoing;
import dev.stele.client.internal.link.Route;
import dev.stele.client.kind.Kinds;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Facts without types. */
final class DirectFacts implements RawFacts {
  private final Caller caller;
  private final Guards guards;

  DirectFacts(Caller caller, Guards guards) {
    this.caller = caller;
    this.guards = guards;
  }

  @Override
  public CompletableFuture<Written> put(FactKey<?> key, byte[] body, PutOptions options) {
    PutOptions guarded = options.guardedBy(guards.refs());
    return guards.call(
        caller,
        new Outgoing<>(
            Method.PUT,
            Route.LEADER,
            false,
            header -> Requests.put(header, key, body, guarded),
            Answers::written));
  }

  @Override
  public CompletableFuture<Got<byte[]>> get(FactKey<?> key, ReadMode mode) {
    FactKey<byte[]> raw = FactKey.parse(Kinds.raw(key.kind().name()), key.text());
    return caller.call(
        new Outgoing<>(
            Method.GET,
            Reads.route(mode),
            Reads.isLinearizable(mode),
            header -> Requests.get(header, raw, mode),
            (header, answer) -> Answers.got(raw, header, answer)));
  }

  @Override
  public CompletableFuture<Page<byte[]>> list(Selector selector, ListOptions options) {
    ReadMode mode = Reads.ofPage(options.mode(), options.from());
    return caller.call(
        new Outgoing<>(
            Method.LIST,
            Reads.route(mode),
            Reads.isLinearizable(mode),
            header -> Requests.list(header, selector, options),
            (header, answer) -> Answers.page(Keys::raw, header, answer)));
  }

  @Override
  public CompletableFuture<Walked> forEach(
      Selector selector, ListOptions options, Consumer<? super Fact<byte[]>> visitor) {
    return new PageWalk<byte[]>(page -> list(selector, page), visitor).start(options);
  }

  @Override
  public CompletableFuture<HistoryPage<byte[]>> history(FactKey<?> key, HistoryOptions options) {
    FactKey<byte[]> raw = FactKey.parse(Kinds.raw(key.kind().name()), key.text());
    ReadMode mode = Reads.ofPage(options.mode(), options.from());
    return caller.call(
        new Outgoing<>(
            Method.HISTORY,
            Reads.route(mode),
            Reads.isLinearizable(mode),
            header -> Requests.history(header, raw, options),
            (header, answer) -> Answers.history(raw, header, answer)));
  }
}
