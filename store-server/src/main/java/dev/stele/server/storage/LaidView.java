// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import dev.stele.server.core.lease.LeaseSide;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Change;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.KeyRange;
import dev.stele.server.core.model.Position;
import dev.stele.server.core.model.Row;
import dev.stele.server.core.session.Session;
import dev.stele.server.core.session.SessionId;
import dev.stele.server.core.view.History;
import dev.stele.server.core.view.View;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Reads the state after one entry: what is in memory, laid over what RocksDB holds. Any thread, as
 * long as the latter is in use.
 *
 * <p>Where both generations and RocksDB have a row, the youngest stands. History needs no such
 * choice: positions only grow, so each change is in one of the three, and it is known in which.
 */
final class LaidView {
  private final RocksView settled;
  private final Generation sealed;
  private final Generation active;
  private final int activeChanges;
  private final long stamp;

  /**
   * @param settled what lies below
   * @param sealed nothing is written to it any more
   * @param active may be written to behind {@code stamp}
   * @param stamp that of the last entry that counts
   */
  LaidView(RocksView settled, Generation sealed, Generation active, long stamp) {
    this.settled = settled;
    this.sealed = sealed;
    this.active = active;
    this.activeChanges = active.changes().size();
    this.stamp = stamp;
  }

  Optional<Row> row(Key key) {
    Row row = active.rows().at(key, stamp);
    if (row == null) {
      row = sealed.rows().at(key, stamp);
    }
    return row == null ? settled.row(key) : Optional.of(row);
  }

  Optional<Session> session(SessionId id) {
    Optional<Session> session = active.sessions().at(id, stamp);
    if (session == null) {
      session = sealed.sessions().at(id, stamp);
    }
    return session == null ? settled.session(id) : session;
  }

  LeaseSide leaseSide(String name) {
    LeaseSide side = active.sides().at(name, stamp);
    if (side == null) {
      side = sealed.sides().at(name, stamp);
    }
    return side == null ? settled.leaseSide(name) : side;
  }

  void scan(KeyRange range, View.RowVisitor visitor) {
    if (range.isEmpty()) {
      return;
    }
    if (active.rows().isEmpty() && sealed.rows().isEmpty()) {
      settled.scan(range, visitor);
      return;
    }
    Laying<Key, Row> laying =
        new Laying<>(
            within(active.rows().ordered(), range),
            within(sealed.rows().ordered(), range),
            stamp,
            (key, row) -> visitor.visit(row));
    settled.scan(range, row -> laying.below(row.key(), row));
    laying.finish();
  }

  /** Keys compare by their bytes alone, so bounds need not be valid keys. */
  private static <V> NavigableMap<Key, V> within(NavigableMap<Key, V> all, KeyRange range) {
    NavigableMap<Key, V> tail =
        range.from().length() == 0 ? all : all.tailMap(Key.trusted(range.from()), true);
    return range.to().isPresent() ? tail.headMap(Key.trusted(range.to().get()), false) : tail;
  }

  void scanBound(String name, Consumer<Key> visitor) {
    if (active.bindings().isEmpty() && sealed.bindings().isEmpty()) {
      settled.scanBound(name, visitor);
      return;
    }
    Bytes prefix = LeaseRows.bindings(name);
    Bytes end = prefix.prefixEnd().orElseThrow();
    Laying<Bytes, Boolean> laying =
        new Laying<>(
            active.bindings().ordered().subMap(prefix, true, end, false),
            sealed.bindings().ordered().subMap(prefix, true, end, false),
            stamp,
            (row, bound) -> {
              if (bound) {
                visitor.accept(LeaseRows.boundKey(row.unsafeArray(), prefix));
              }
              return true;
            });
    settled.scanBound(name, key -> laying.below(LeaseRows.binding(name, key), true));
    laying.finish();
  }

  List<Session> sessions(Optional<SessionId> after, int limit) {
    List<Session> found = new ArrayList<>();
    if (limit < 1) {
      return found;
    }
    Laying<SessionId, Optional<Session>> laying =
        new Laying<>(
            behind(active.sessions().ordered(), after),
            behind(sealed.sessions().ordered(), after),
            stamp,
            (id, session) -> {
              session.ifPresent(found::add);
              return found.size() < limit;
            });
    settled.scanSessions(after, session -> laying.below(session.id(), Optional.of(session)));
    laying.finish();
    return found;
  }

  private static <V> NavigableMap<SessionId, V> behind(
      NavigableMap<SessionId, V> all, Optional<SessionId> after) {
    return after.isPresent() ? all.tailMap(after.get(), false) : all;
  }

  Optional<Change> change(Position position) {
    if (begins(active, activeChanges, position)) {
      return find(active.changes(), activeChanges, position);
    }
    int sealedChanges = sealed.changes().size();
    if (begins(sealed, sealedChanges, position)) {
      return find(sealed.changes(), sealedChanges, position);
    }
    return settled.change(position);
  }

  /** Whether {@code position} is not before the first change of {@code generation}. */
  private static boolean begins(Generation generation, int count, Position position) {
    return count > 0 && generation.changes().get(0).at().compareTo(position) <= 0;
  }

  private static Optional<Change> find(ChangeRun changes, int count, Position position) {
    int at = changes.seek(position, count);
    return at < count && changes.get(at).at().equals(position)
        ? Optional.of(changes.get(at))
        : Optional.empty();
  }

  void scanChanges(Position from, History.ChangeVisitor visitor) {
    int sealedChanges = sealed.changes().size();
    boolean inMemory = begins(sealed, sealedChanges, from) || begins(active, activeChanges, from);
    boolean wantsMore = inMemory || settled.scanChanges(from, visitor);
    if (wantsMore && show(sealed.changes(), sealedChanges, from, visitor)) {
      boolean unused = show(active.changes(), activeChanges, from, visitor);
    }
  }

  private static boolean show(
      ChangeRun changes, int count, Position from, History.ChangeVisitor visitor) {
    for (int at = changes.seek(from, count); at < count; at++) {
      if (!visitor.visit(changes.get(at))) {
        return false;
      }
    }
    return true;
  }
}
