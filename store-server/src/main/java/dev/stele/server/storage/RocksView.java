// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import dev.stele.server.core.encoding.MalformedException;
import dev.stele.server.core.encoding.Output;
import dev.stele.server.core.lease.LeaseSide;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Change;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.KeyRange;
import dev.stele.server.core.model.Position;
import dev.stele.server.core.model.Row;
import dev.stele.server.core.model.Tombstone;
import dev.stele.server.core.session.Session;
import dev.stele.server.core.session.SessionId;
import dev.stele.server.core.view.History;
import dev.stele.server.core.view.View;
import dev.stele.server.port.StoreFault;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;

/** Reads rows as {@code options} show them: at a pinned moment. Any thread, as long as they are. */
final class RocksView {
  private final Database database;
  private final ReadOptions options;

  RocksView(Database database, ReadOptions options) {
    this.database = database;
    this.options = options;
  }

  Optional<Row> row(Key key) {
    byte[] value = database.get(Family.FACTS, options, key.bytes().unsafeArray());
    return value == null ? Optional.empty() : Optional.of(decode(key, value));
  }

  Optional<Session> session(SessionId id) {
    Output key = new Output(SessionId.BYTES);
    SessionCodec.writeKey(id, key);
    byte[] value = database.get(Family.SESSIONS, options, key.toBytes());
    return value == null ? Optional.empty() : Optional.of(decode(id, value));
  }

  /** Shows sessions with ids beyond {@code after} until the visitor has seen enough. */
  void scanSessions(Optional<SessionId> after, Predicate<Session> visitor) {
    try (RocksIterator iterator = database.iterator(Family.SESSIONS, options)) {
      Output from = new Output(SessionId.BYTES + 1);
      after.ifPresent(
          id -> {
            SessionCodec.writeKey(id, from);
            // The smallest key behind the last one.
            from.putByte(0);
          });
      boolean wantsMore = true;
      for (iterator.seek(from.toBytes()); wantsMore && iterator.isValid(); iterator.next()) {
        wantsMore = visitor.test(decode(sessionId(iterator.key()), iterator.value()));
      }
      database.check(Family.SESSIONS, iterator);
    }
  }

  Optional<Change> change(Position position) {
    Output key = new Output(12);
    ChangeCodec.writeKey(position, key);
    byte[] value = database.get(Family.HISTORY, options, key.toBytes());
    if (value == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(ChangeCodec.read(position, value));
    } catch (MalformedException e) {
      throw damaged(Family.HISTORY, position, e);
    }
  }

  /** Whether the visitor wants to see more than there is. */
  boolean scanChanges(Position from, History.ChangeVisitor visitor) {
    Output key = new Output(12);
    ChangeCodec.writeKey(from, key);
    boolean wantsMore = true;
    try (RocksIterator iterator = database.iterator(Family.HISTORY, options)) {
      for (iterator.seek(key.toBytes()); wantsMore && iterator.isValid(); iterator.next()) {
        wantsMore = visitor.visit(decodeChange(iterator.key(), iterator.value()));
      }
      database.check(Family.HISTORY, iterator);
    }
    return wantsMore;
  }

  private Change decodeChange(byte[] key, byte[] value) {
    try {
      return ChangeCodec.read(ChangeCodec.readKey(key), value);
    } catch (MalformedException e) {
      throw damaged(Family.HISTORY, HexFormat.of().formatHex(key), e);
    }
  }

  /** Shows what deletes left, from {@code from} on, until the visitor has seen enough. */
  void scanTombstones(Position from, Predicate<Tombstone> visitor) {
    Output key = new Output(12);
    TombstoneCodec.writeKey(from, key);
    try (RocksIterator iterator = database.iterator(Family.TOMBSTONES, options)) {
      boolean wantsMore = true;
      for (iterator.seek(key.toBytes()); wantsMore && iterator.isValid(); iterator.next()) {
        wantsMore = visitor.test(decodeTombstone(iterator.key(), iterator.value()));
      }
      database.check(Family.TOMBSTONES, iterator);
    }
  }

  private Tombstone decodeTombstone(byte[] key, byte[] value) {
    try {
      return TombstoneCodec.read(key, value);
    } catch (MalformedException e) {
      throw damaged(Family.TOMBSTONES, HexFormat.of().formatHex(key), e);
    }
  }

  void scan(KeyRange range, View.RowVisitor visitor) {
    if (range.isEmpty()) {
      return;
    }
    try (Slice end = range.to().map(to -> new Slice(to.unsafeArray())).orElse(null);
        ReadOptions bounded = new ReadOptions(options)) {
      if (end != null) {
        bounded.setIterateUpperBound(end);
      }
      try (RocksIterator iterator = database.iterator(Family.FACTS, bounded)) {
        visit(iterator, range.from(), visitor);
      }
    }
  }

  LeaseSide leaseSide(String name) {
    Output key = new Output(64);
    LeaseRows.writeKey(name, key);
    byte[] value = database.get(Family.LEASES, options, key.toBytes());
    if (value == null) {
      return LeaseSide.NONE;
    }
    try {
      return LeaseRows.read(value);
    } catch (MalformedException e) {
      throw damaged(Family.LEASES, name, e);
    }
  }

  void scanBound(String name, Consumer<Key> visitor) {
    Bytes prefix = LeaseRows.bindings(name);
    try (Slice end = new Slice(prefix.prefixEnd().orElseThrow().unsafeArray());
        ReadOptions bounded = new ReadOptions(options).setIterateUpperBound(end);
        RocksIterator iterator = database.iterator(Family.BINDINGS, bounded)) {
      for (iterator.seek(prefix.unsafeArray()); iterator.isValid(); iterator.next()) {
        visitor.accept(LeaseRows.boundKey(iterator.key(), prefix));
      }
      database.check(Family.BINDINGS, iterator);
    }
  }

  private void visit(RocksIterator iterator, Bytes from, View.RowVisitor visitor) {
    boolean wantsMore = true;
    for (iterator.seek(from.unsafeArray()); wantsMore && iterator.isValid(); iterator.next()) {
      wantsMore = visitor.visit(decode(Key.trusted(Bytes.wrap(iterator.key())), iterator.value()));
    }
    database.check(Family.FACTS, iterator);
  }

  private Row decode(Key key, byte[] value) {
    try {
      return RowCodec.read(key, value);
    } catch (MalformedException e) {
      throw damaged(Family.FACTS, key, e);
    }
  }

  private SessionId sessionId(byte[] key) {
    try {
      return SessionCodec.readKey(key);
    } catch (MalformedException e) {
      throw damaged(Family.SESSIONS, HexFormat.of().formatHex(key), e);
    }
  }

  private Session decode(SessionId id, byte[] value) {
    try {
      return SessionCodec.read(id, value);
    } catch (MalformedException e) {
      throw damaged(Family.SESSIONS, id, e);
    }
  }

  private StoreFault damaged(Family family, Object row, MalformedException e) {
    return new StoreFault(
        "damaged row %s in %s of %s: %s"
            .formatted(row, family.label(), database.directory(), e.getMessage()),
        e);
  }
}
