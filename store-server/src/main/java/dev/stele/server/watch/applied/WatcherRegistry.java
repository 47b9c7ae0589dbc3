// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.watch.applied;

import dev.stele.server.core.model.Reason;
import dev.stele.server.port.Ticker;
import dev.stele.server.watch.NamedWatchers;
import dev.stele.server.watch.Selector;
import dev.stele.server.watch.WatcherName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The named watchers of this node and what they reported. In memory only, bounded, and forgotten
 * when the process ends: watchers report again.
 *
 * <p>Thread-safe. Nothing waits: each method holds a lock for a few steps, those that look at all
 * watchers for a few steps each.
 */
public final class WatcherRegistry implements NamedWatchers {
  /** Names that are kept, those of watchers that went away too. */
  public static final int NAMES_MAX = 10_000;

  /** How long a watcher that went away is remembered. */
  public static final Duration RETENTION = Duration.ofMinutes(10);

  /** Refusals of one name that are remembered: the earliest. */
  public static final int REFUSALS_MAX = 4;

  private final String node;
  private final long start;
  private final Ticker ticker;
  private final SortedMap<String, Chair> chairs = new TreeMap<>();
  private final Set<Waiting> waiting = new LinkedHashSet<>();
  private long version = 1;
  private long names;

  /**
   * @param node id of this node
   * @param start tells this process from others that counted versions at this node
   */
  public WatcherRegistry(String node, long start, Ticker ticker) {
    this.node = node;
    this.start = start;
    this.ticker = ticker;
  }

  /**
   * Everything that is known at one moment.
   *
   * @param version changes with everything in {@code watchers}; at least 1
   * @param watchers in the order of their names
   */
  public record Snapshot(long version, List<Known> watchers) {
    public Snapshot {
      watchers = List.copyOf(watchers);
    }
  }

  /** Someone who waits for a change; closing it forgets about that. */
  @FunctionalInterface
  public interface Subscription extends AutoCloseable {
    @Override
    void close();
  }

  /** A watcher that this node knows. */
  public record Known(Standing standing, Selector selector) {}

  /** Tells this process's versions from those of others. */
  public long start() {
    return start;
  }

  @Override
  public Opening open(WatcherName name, Selector selector) {
    Chair chair;
    List<Waiting> told;
    synchronized (this) {
      Chair before = chairs.get(name.name());
      if (before != null && before.incarnation > name.incarnation()) {
        return fenced(
            "incarnation %d of watcher %s is here, newer than %d"
                .formatted(before.incarnation, name.name(), name.incarnation()));
      }
      if (before == null && !hasRoom()) {
        return new Turned(
            Reason.LIMIT_REACHED,
            "this node knows %d named watchers, the most that may be".formatted(NAMES_MAX));
      }
      chair = new Chair(name, selector);
      if (before == null) {
        names++;
      } else if (before.incarnation == name.incarnation()) {
        chair.takeOver(before);
      }
      chairs.put(name.name(), chair);
      told = changed();
    }
    told.forEach(Waiting::tell);
    return chair;
  }

  private boolean hasRoom() {
    if (chairs.size() >= NAMES_MAX) {
      retire();
    }
    return chairs.size() < NAMES_MAX;
  }

  /** Forgets those that went away too long ago; to be called now and then. */
  public void sweep() {
    List<Waiting> told;
    synchronized (this) {
      told = retire() ? changed() : List.of();
    }
    told.forEach(Waiting::tell);
  }

  private boolean retire() {
    long now = ticker.nanos();
    boolean retired =
        chairs
            .values()
            .removeIf(chair -> !chair.connected && now - chair.leftNanos >= RETENTION.toNanos());
    if (retired) {
      names++;
    }
    return retired;
  }

  /** Everything that is known now. */
  public synchronized Snapshot snapshot() {
    List<Known> known = new ArrayList<>(chairs.size());
    for (Chair chair : chairs.values()) {
      known.add(new Known(chair.standing(), chair.selector));
    }
    return new Snapshot(version, known);
  }

  /** Grows whenever a name is new or gone. */
  public synchronized long namesVersion() {
    return names;
  }

  /** The names that are known. */
  public synchronized SortedSet<String> names() {
    return new TreeSet<>(chairs.keySet());
  }

  /** What {@code name} has applied; empty when it is not known. */
  public synchronized OptionalLong applied(String name) {
    Chair chair = chairs.get(name);
    return chair == null ? OptionalLong.empty() : OptionalLong.of(chair.applied);
  }

  /**
   * Runs {@code action} once, as soon as the version is not {@code seen}: at once, or on the thread
   * that changes something, which must not be held up.
   */
  public Subscription whenChanged(long seen, Runnable action) {
    Waiting one = new Waiting(action);
    boolean already;
    synchronized (this) {
      already = version != seen;
      if (!already) {
        waiting.add(one);
      }
    }
    if (already) {
      one.tell();
    }
    return () -> forget(one);
  }

  /** Those that wait for a change. */
  public synchronized int waiting() {
    return waiting.size();
  }

  private synchronized void forget(Waiting one) {
    waiting.remove(one);
  }

  /** Who is to be told, once the lock is free. */
  private List<Waiting> changed() {
    version++;
    if (waiting.isEmpty()) {
      return List.of();
    }
    List<Waiting> told = List.copyOf(waiting);
    waiting.clear();
    return told;
  }

  private static Turned fenced(String message) {
    return new Turned(Reason.FENCED, message);
  }

  /** Compared by identity. */
  private static final class Waiting {
    private final Runnable action;

    Waiting(Runnable action) {
      this.action = action;
    }

    void tell() {
      action.run();
    }
  }

  /** A name's place, as long as one of its streams has it. All under the registry's lock. */
  private final class Chair implements Seat {
    private final String name;
    private final long incarnation;
    private final Selector selector;
    private long applied;
    private final NavigableMap<Long, String> refusals = new TreeMap<>();
    private boolean connected = true;
    private long leftNanos;

    Chair(WatcherName name, Selector selector) {
      this.name = name.name();
      this.incarnation = name.incarnation();
      this.selector = selector;
    }

    /** The same incarnation on another stream: what it said, it said. */
    void takeOver(Chair before) {
      applied = before.applied;
      refusals.putAll(before.refusals);
    }

    Standing standing() {
      Map.Entry<Long, String> refused = refusals.firstEntry();
      return new Standing(
          name,
          node,
          incarnation,
          applied,
          refused == null ? 0 : refused.getKey(),
          refused == null ? "" : refused.getValue(),
          connected);
    }

    @Override
    public Optional<Turned> report(long revision, String why) {
      List<Waiting> told;
      synchronized (WatcherRegistry.this) {
        if (chairs.get(name) != this || !connected) {
          return Optional.of(
              fenced(
                  "this is not the stream of watcher %s any more (incarnation %d)"
                      .formatted(name, incarnation)));
        }
        boolean news = why.isEmpty() ? apply(revision) : refuse(revision, why);
        told = news ? changed() : List.of();
      }
      told.forEach(Waiting::tell);
      return Optional.empty();
    }

    private boolean apply(long revision) {
      if (revision <= applied) {
        return false;
      }
      applied = revision;
      refusals.headMap(revision, true).clear();
      return true;
    }

    private boolean refuse(long revision, String why) {
      if (revision <= applied) {
        return false;
      }
      Map.Entry<Long, String> before = refusals.firstEntry();
      refusals.put(revision, why);
      if (refusals.size() > REFUSALS_MAX) {
        refusals.pollLastEntry();
      }
      return !refusals.firstEntry().equals(before);
    }

    @Override
    public void close() {
      List<Waiting> told;
      synchronized (WatcherRegistry.this) {
        if (chairs.get(name) != this || !connected) {
          return;
        }
        connected = false;
        leftNanos = ticker.nanos();
        told = changed();
      }
      told.forEach(Waiting::tell);
    }
  }
}
