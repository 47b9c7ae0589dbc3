// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

import java.time.Duration;

/**
 * A watch to be. Without more it begins now, at any node, and sees puts and deletes. Not
 * thread-safe.
 */
public interface WatchBuilder {
  /** The shortest {@link #progressEvery}. */
  Duration MIN_PROGRESS = Duration.ofMillis(100);

  /** The longest {@link #progressEvery}. */
  Duration MAX_PROGRESS = Duration.ofHours(1);

  /**
   * Begins with the changes of {@code revision}: beyond the floor, and at most one above what was
   * acknowledged.
   *
   * @throws IllegalArgumentException when it is less than 1
   */
  WatchBuilder from(long revision);

  /** Begins behind everything that was acknowledged before the first node is asked. The default. */
  WatchBuilder fromNow();

  /** Begins with all facts that are selected, at one revision; then come the changes after it. */
  WatchBuilder fromInitialState();

  /**
   * Begins anew with all facts when what comes next is compacted, so that COMPACTED is no end. What
   * was deleted meanwhile is not among them and is not told otherwise.
   */
  WatchBuilder restartWhenCompacted();

  /** Of these kinds only, at most 32. */
  WatchBuilder kinds(String... kinds);

  /** Events carry the fact as it stood before. */
  WatchBuilder withPrevious();

  /**
   * Leaves deletes out.
   *
   * @throws IllegalStateException after {@link #deletesOnly}
   */
  WatchBuilder putsOnly();

  /**
   * Leaves puts out.
   *
   * @throws IllegalStateException after {@link #putsOnly}
   */
  WatchBuilder deletesOnly();

  /** While the watch is behind, skips what a later change of the same key has replaced. */
  WatchBuilder latestOnly();

  /**
   * How often a mark comes when nothing else does: 100 ms to 1 h; 10 s by default. A stream without
   * marks for three times as long is taken for dead, so a short interval finds out sooner.
   *
   * @throws IllegalArgumentException when it is out of that range
   */
  WatchBuilder progressEvery(Duration interval);

  /** Stays at a node that hears of no leader, with what it has, instead of asking another. */
  WatchBuilder stayWithoutLeader();

  /**
   * Makes it a named watcher, whose reports of what it has applied are kept. One process at a time
   * has a name: a newer one ends the older one's watch as fenced.
   *
   * @param name 1 to 120 letters, digits, {@code -}, {@code _}, {@code .} and {@code /}
   * @throws IllegalArgumentException when it is none
   */
  WatchBuilder named(String name);

  /**
   * Asks this node only, also when it is away.
   *
   * @param endpoint {@code host:port}
   * @throws IllegalArgumentException when it is none, or when it is one too many beyond the
   *     client's own
   */
  WatchBuilder at(String endpoint);

  /**
   * Starts it. Whatever comes of it the listener is told, also when it is refused. A client has up
   * to 10,000 watches; one more FAILS with {@link dev.stele.client.error.LimitExceededException}.
   */
  Watch start(WatchListener listener);
}
