// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.watch.applied;

import dev.stele.server.watch.Selector;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a registry should know, in the most naive way: it keeps every stream and all that each of
 * them said, and works out what is known anew at each look.
 */
final class WatcherModel {
  private final List<Told> streams = new ArrayList<>();

  /** One stream that was let in. */
  static final class Told {
    private final String name;
    private final long incarnation;
    private final Selector selector;
    private final List<Long> applied = new ArrayList<>();
    private final Map<Long, String> refused = new HashMap<>();
    private long leftNanos = -1;

    Told(String name, long incarnation, Selector selector) {
      this.name = name;
      this.incarnation = incarnation;
      this.selector = selector;
    }
  }

  Optional<Told> open(String name, long incarnation, Selector selector, long now) {
    Optional<Told> latest = latest(name, now);
    if (latest.isPresent() && latest.get().incarnation > incarnation) {
      return Optional.empty();
    }
    Told opened = new Told(name, incarnation, selector);
    if (latest.isPresent() && latest.get().incarnation == incarnation) {
      opened.applied.addAll(latest.get().applied);
      opened.refused.putAll(latest.get().refused);
    }
    streams.add(opened);
    return Optional.of(opened);
  }

  /** Whether it is taken. */
  boolean report(Told stream, long revision, String refusal, long now) {
    if (stream.leftNanos >= 0 || latest(stream.name, now).orElse(null) != stream) {
      return false;
    }
    if (refusal.isEmpty()) {
      stream.applied.add(revision);
    } else {
      stream.refused.put(revision, refusal);
    }
    return true;
  }

  void close(Told stream, long now) {
    if (stream.leftNanos < 0) {
      stream.leftNanos = now;
    }
  }

  /** The stream that was let in last under a name, unless it is forgotten. */
  private Optional<Told> latest(String name, long now) {
    return streams.stream()
        .filter(stream -> stream.name.equals(name))
        .reduce((one, later) -> later)
        .filter(
            stream ->
                stream.leftNanos < 0
                    || now - stream.leftNanos < WatcherRegistry.RETENTION.toNanos());
  }

  List<WatcherRegistry.Known> known(long now) {
    return streams.stream()
        .map(stream -> stream.name)
        .distinct()
        .sorted()
        .flatMap(name -> latest(name, now).stream())
        .map(WatcherModel::known)
        .toList();
  }

  private static WatcherRegistry.Known known(Told stream) {
    long applied = stream.applied.stream().mapToLong(Long::longValue).max().orElse(0);
    Optional<Long> refused =
        stream.refused.keySet().stream()
            .filter(revision -> revision > applied)
            .min(Comparator.naturalOrder());
    return new WatcherRegistry.Known(
        new Standing(
            stream.name,
            "n1",
            stream.incarnation,
            applied,
            refused.orElse(0L),
            refused.map(stream.refused::get).orElse(""),
            stream.leftNanos < 0),
        stream.selector);
  }
}
