// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.crash;

import dev.stele.server.core.hash.Fingerprint;
import dev.stele.server.core.lease.Leases;
import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.KeyRange;
import dev.stele.server.core.model.Position;
import dev.stele.server.core.model.Row;
import dev.stele.server.core.read.PastFact;
import dev.stele.server.core.session.Session;
import dev.stele.server.core.session.SessionId;
import dev.stele.server.port.StateStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * All that can be read of a store, row by row, brought down to a few numbers: the same whatever was
 * reclaimed of what lies below the floor.
 *
 * @param meta the state's hash as its meta has it
 * @param content the hash of facts, sessions and what stands beside leases, added up from the rows;
 *     must be what the meta says
 */
public record StateDigest(
    long meta, long content, long facts, long history, long sessions, long leases) {
  private static final int SESSIONS_AT_ONCE = 7;

  /**
   * Reads all that {@code store} holds.
   *
   * @throws IllegalStateException when the content does not add up to what the meta says
   */
  public static StateDigest of(StateStore store) {
    try (StateStore.Snapshot snapshot = store.snapshot()) {
      long content = factsSum(snapshot) + sessionsSum(snapshot) + sidesSum(snapshot);
      if (content != snapshot.meta().contentHash()) {
        throw new IllegalStateException(
            "the rows add up to %x, the meta says %x"
                .formatted(content, snapshot.meta().contentHash()));
      }
      return new StateDigest(
          snapshot.meta().stateHash(),
          content,
          rows(snapshot),
          history(snapshot),
          sessions(snapshot),
          leases(snapshot));
    }
  }

  private static long factsSum(StateStore.Snapshot snapshot) {
    long[] sum = new long[1];
    snapshot.scan(
        KeyRange.ALL,
        row -> {
          sum[0] += row instanceof Fact fact ? fact.hash() : 0;
          return true;
        });
    return sum[0];
  }

  private static long rows(StateStore.Snapshot snapshot) {
    Fingerprint print = Fingerprint.of(101);
    standing(snapshot, row -> print.add(row.toString()));
    return print.value();
  }

  private static void standing(StateStore.Snapshot snapshot, Consumer<Row> visitor) {
    long floor = snapshot.meta().floor();
    snapshot.scan(
        KeyRange.ALL,
        row -> {
          if (!row.compacted(floor)) {
            visitor.accept(row);
          }
          return true;
        });
  }

  /** What stood at the floor, and every change behind it with what stood before. */
  private static long history(StateStore.Snapshot snapshot) {
    Fingerprint print = Fingerprint.of(102);
    long floor = snapshot.meta().floor();
    standing(
        snapshot,
        row ->
            PastFact.at(row, snapshot, floor, floor).ifPresent(put -> print.add(put.toString())));
    snapshot.scanChanges(
        Position.behind(floor),
        change -> {
          boolean found = snapshot.change(change.at()).filter(change::equals).isPresent();
          print.add(change.row().toString()).add(change.previous().toString()).add(found);
          snapshot.before(change).ifPresent(before -> print.add(before.toString()));
          return true;
        });
    Position next = Position.behind(snapshot.meta().revision());
    return print.add(snapshot.change(next).isPresent()).value();
  }

  private static long sessionsSum(StateStore.Snapshot snapshot) {
    long sum = 0;
    for (Session session : allSessions(snapshot)) {
      sum += session.hash();
    }
    return sum;
  }

  private static long sessions(StateStore.Snapshot snapshot) {
    Fingerprint print = Fingerprint.of(103);
    allSessions(snapshot).forEach(session -> print.add(session.toString()));
    return print.value();
  }

  private static long sidesSum(StateStore.Snapshot snapshot) {
    long sum = 0;
    for (String name : heldLeases(snapshot)) {
      sum += snapshot.leaseSide(name).hash(name);
    }
    return sum;
  }

  private static long leases(StateStore.Snapshot snapshot) {
    Fingerprint print = Fingerprint.of(105);
    for (String name : heldLeases(snapshot)) {
      print.add(name).add(snapshot.leaseSide(name).toString());
      snapshot.scanBound(name, key -> print.add(key.toString()));
    }
    return print.value();
  }

  private static List<String> heldLeases(StateStore.Snapshot snapshot) {
    List<String> names = new ArrayList<>();
    snapshot.scan(
        Leases.ALL,
        row -> {
          if (row instanceof Fact lease) {
            names.add(lease.key().name());
          }
          return true;
        });
    return names;
  }

  private static List<Session> allSessions(StateStore.Snapshot snapshot) {
    return Stream.iterate(
            snapshot.sessions(Optional.empty(), SESSIONS_AT_ONCE),
            page -> !page.isEmpty(),
            page -> {
              Optional<SessionId> last = Optional.of(page.get(page.size() - 1).id());
              return snapshot.sessions(last, SESSIONS_AT_ONCE);
            })
        .flatMap(List::stream)
        .toList();
  }
}
