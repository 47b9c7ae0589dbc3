// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.watch;

import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Change;
import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.Position;
import dev.stele.server.core.model.Tombstone;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/** What was committed, in order, by a cluster whose writes a seed decides. */
final class Truth {
  static final List<String> KEYS =
      List.of(
          "claim/a",
          "config/a",
          "config/a/b",
          "config/z",
          "desired/a",
          "desired/a/x",
          "desired/a/y",
          "desired/b",
          "desired/b/z",
          "desired/c",
          "endpoint/e",
          "rollout/r");

  private static final List<String> WIDE =
      List.of("desired/", "desired/a/", "config/", "desired/b");

  /** Four of them do not fit into one message. */
  private static final int LARGE = 300 << 10;

  /** An entry of the log: changes of one or more revisions, or a new floor. */
  record Entry(List<Change> changes, long revision, long floor) {}

  private final Random random;
  private final boolean large;
  private final List<Entry> log = new ArrayList<>();
  private final NavigableMap<Position, Change> history = new TreeMap<>();
  private final TreeMap<Key, NavigableMap<Position, Change>> byKey = new TreeMap<>();
  private long revision;
  private long floor;

  /**
   * @param large whether some bodies are
   */
  Truth(Random random, boolean large) {
    this.random = random;
    this.large = large;
  }

  long revision() {
    return revision;
  }

  List<Entry> log() {
    return log;
  }

  NavigableMap<Position, Change> history() {
    return history;
  }

  /** The changes of a key, in order. */
  NavigableMap<Position, Change> of(Key key) {
    return byKey.getOrDefault(key, Collections.emptyNavigableMap());
  }

  NavigableMap<Key, NavigableMap<Position, Change>> byKey() {
    return byKey;
  }

  /** What a key was at a revision. */
  Optional<Fact> at(Key key, long then) {
    return Optional.ofNullable(of(key).floorEntry(new Position(then, Integer.MAX_VALUE)))
        .map(entry -> entry.getValue().row())
        .flatMap(row -> row instanceof Fact fact ? Optional.of(fact) : Optional.empty());
  }

  /** One more entry. */
  void commit() {
    if (random.nextInt(12) == 0) {
      floor = Math.max(floor, revision - random.nextInt(12));
      log.add(new Entry(List.of(), revision, floor));
      return;
    }
    List<Change> changes = new ArrayList<>();
    for (int commands = 1 + random.nextInt(3); commands > 0; commands--) {
      changes.addAll(command());
    }
    log.add(new Entry(changes, revision, floor));
  }

  private List<Change> command() {
    List<Key> touched =
        switch (random.nextInt(8)) {
          case 0 -> wide(WIDE.get(random.nextInt(WIDE.size())));
          case 1, 2, 3 -> some(2 + random.nextInt(5));
          default -> some(1);
        };
    boolean deletes = random.nextInt(4) == 0;
    List<Change> changes = new ArrayList<>();
    for (Key key : touched) {
      boolean delete = touched.size() > 1 ? random.nextInt(3) == 0 : deletes;
      Position at = new Position(revision + 1, changes.size());
      if (!delete) {
        changes.add(put(key, at));
      } else if (at(key, revision).isPresent()) {
        changes.add(new Change.Deleted(new Tombstone(key, at), of(key).lastKey()));
      }
    }
    if (!changes.isEmpty()) {
      revision++;
      for (Change change : changes) {
        history.put(change.at(), change);
        byKey.computeIfAbsent(change.key(), key -> new TreeMap<>()).put(change.at(), change);
      }
    }
    return changes;
  }

  private Change put(Key key, Position at) {
    Optional<Fact> before = at(key, revision);
    Position previous = of(key).isEmpty() ? Position.NONE : of(key).lastKey();
    if (before.isEmpty() && previous.revision() <= floor) {
      previous = Position.NONE;
    }
    int length = large && random.nextInt(3) > 0 ? LARGE : random.nextInt(20);
    return new Change.Put(
        new Fact(
            key,
            Bytes.utf8("r" + at.revision() + "." + at.index() + " " + "x".repeat(length)),
            before.map(Fact::createRevision).orElse(at.revision()),
            at,
            before.map(fact -> fact.version() + 1).orElse(1L),
            Optional.empty()),
        previous);
  }

  private List<Key> wide(String prefix) {
    return KEYS.stream()
        .filter(key -> key.startsWith(prefix))
        .map(Key::of)
        .filter(key -> at(key, revision).isPresent())
        .toList();
  }

  private List<Key> some(int count) {
    List<String> keys = new ArrayList<>(KEYS);
    Collections.shuffle(keys, random);
    return keys.subList(0, count).stream().map(Key::of).toList();
  }

  /** The part of a body that tells it from all others. */
  static String name(Fact fact) {
    int end = fact.body().indexOf((byte) ' ');
    byte[] bytes = fact.body().unsafeArray();
    return fact.modRevision() + ":" + new String(bytes, 0, end, StandardCharsets.UTF_8);
  }
}
