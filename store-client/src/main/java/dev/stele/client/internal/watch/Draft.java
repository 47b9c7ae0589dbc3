// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.watch;

import dev.stele.client.Selector;
import dev.stele.client.Watch;
import dev.stele.client.WatchBuilder;
import dev.stele.client.WatchListener;
import dev.stele.client.internal.link.Addresses;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A watch to be. */
final class Draft implements WatchBuilder {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._/-]{1,120}");
  private static final Duration DEFAULT_PROGRESS = Duration.ofSeconds(10);

  private final Watches watches;
  private final Selector selector;
  private List<String> kinds = List.of();
  private Start start = Start.Now.INSTANCE;
  private boolean restart;
  private boolean puts = true;
  private boolean deletes = true;
  private boolean previous;
  private boolean latestOnly;
  private Duration progress = DEFAULT_PROGRESS;
  private boolean stay;
  private @Nullable String name;
  private @Nullable String endpoint;

  Draft(Watches watches, Selector selector) {
    this.watches = watches;
    this.selector = Objects.requireNonNull(selector, "selector");
  }

  @Override
  public WatchBuilder from(long revision) {
    if (revision < 1) {
      throw new IllegalArgumentException("from is " + revision + ", at least 1 is allowed");
    }
    start = new Start.From(revision);
    return this;
  }

  @Override
  public WatchBuilder fromNow() {
    start = Start.Now.INSTANCE;
    return this;
  }

  @Override
  public WatchBuilder fromInitialState() {
    start = Start.Initial.INSTANCE;
    return this;
  }

  @Override
  public WatchBuilder restartWhenCompacted() {
    restart = true;
    return this;
  }

  @Override
  public WatchBuilder kinds(String... only) {
    kinds = List.of(only);
    return this;
  }

  @Override
  public WatchBuilder withPrevious() {
    previous = true;
    return this;
  }

  @Override
  public WatchBuilder putsOnly() {
    deletes = false;
    return checkSomethingIsLeft();
  }

  @Override
  public WatchBuilder deletesOnly() {
    puts = false;
    return checkSomethingIsLeft();
  }

  private WatchBuilder checkSomethingIsLeft() {
    if (!puts && !deletes) {
      throw new IllegalStateException("puts only and deletes only leave nothing");
    }
    return this;
  }

  @Override
  public WatchBuilder latestOnly() {
    latestOnly = true;
    return this;
  }

  @Override
  public WatchBuilder progressEvery(Duration interval) {
    if (interval.compareTo(MIN_PROGRESS) < 0 || interval.compareTo(MAX_PROGRESS) > 0) {
      throw new IllegalArgumentException(
          "progress every " + interval + ", " + MIN_PROGRESS + " to " + MAX_PROGRESS + " allowed");
    }
    progress = interval;
    return this;
  }

  @Override
  public WatchBuilder stayWithoutLeader() {
    stay = true;
    return this;
  }

  @Override
  public WatchBuilder named(String watcher) {
    if (!NAME.matcher(watcher).matches()) {
      throw new IllegalArgumentException(
          "name is '" + watcher + "', 1 to 120 letters, digits, '-', '_', '.', '/' are allowed");
    }
    name = watcher;
    return this;
  }

  @Override
  public WatchBuilder at(String address) {
    if (!Addresses.isAddress(address)) {
      throw new IllegalArgumentException("endpoint is not host:port: '" + address + "'");
    }
    endpoint = address;
    return this;
  }

  @Override
  public Watch start(WatchListener listener) {
    Objects.requireNonNull(listener, "listener");
    return watches.start(
        new WatchPlan(
            selector,
            kinds,
            start,
            restart,
            puts,
            deletes,
            previous,
            latestOnly,
            progress,
            stay,
            name,
            endpoint),
        listener);
  }
}
