// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.facts;

import dev.stele.client.Fact;
import dev.stele.client.ListOptions;
import dev.stele.client.Page;
import dev.stele.client.Walked;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads one page after another and forgets each before it asks for the next. */
final class PageWalk<T> {
  private final Function<ListOptions, CompletableFuture<Page<T>>> pages;
  private final Consumer<? super Fact<T>> visitor;
  private final CompletableFuture<Walked> walked = new CompletableFuture<>();
  private long count;

  PageWalk(
      Function<ListOptions, CompletableFuture<Page<T>>> pages, Consumer<? super Fact<T>> visitor) {
    this.pages = pages;
    this.visitor = visitor;
  }

  CompletableFuture<Walked> start(ListOptions options) {
    step(options);
    return walked;
  }

  @SuppressWarnings("FutureReturnValueIgnored") // what comes of a page goes into walked
  private void step(ListOptions options) {
    if (!walked.isDone()) {
      pages.apply(options).whenComplete((page, failure) -> visit(options, page, failure));
    }
  }

  private void visit(ListOptions options, @Nullable Page<T> page, @Nullable Throwable failure) {
    if (page == null) {
      walked.completeExceptionally(failure);
      return;
    }
    try {
      page.facts().forEach(visitor);
    } catch (RuntimeException e) {
      walked.completeExceptionally(e);
      return;
    }
    count += page.facts().size();
    if (page.next().isEmpty()) {
      walked.complete(new Walked(page.revision(), count));
    } else {
      step(options.from(page.next().get()));
    }
  }
}
