// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.janitor;

import dev.stele.server.core.apply.Effects;
import dev.stele.server.core.kind.ClaimCodec;
import dev.stele.server.core.kind.ClaimRecord;
import dev.stele.server.core.lease.LeaseChanges;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Change;
import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.Position;
import dev.stele.server.core.model.Row;
import dev.stele.server.core.model.StoreMeta;
import dev.stele.server.port.ChangeListener;
import dev.stele.server.port.LogPosition;
import dev.stele.server.storage.MapStateStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A store whose claims a test changes as it likes, each change told to those who listen. */
final class Claims {
  final MapStateStore store = new MapStateStore();
  final List<ChangeListener> listeners = new ArrayList<>();

  static Key key(int item) {
    return Key.of("claim/shards/%06d".formatted(item));
  }

  long revision() {
    return store.meta().revision();
  }

  void owned(int item, long epoch) {
    put(item, new ClaimRecord("w", epoch, ClaimRecord.State.OWNED));
  }

  void draining(int item, long epoch, long millis) {
    put(item, new ClaimRecord("w", epoch, ClaimRecord.State.OWNED).draining(millis));
  }

  void idle(int item, long epoch) {
    put(item, new ClaimRecord("", epoch, ClaimRecord.State.IDLE));
  }

  /** All of these drain from one revision on. */
  void allDraining(int from, int to, long millis) {
    List<Change> changes = new ArrayList<>();
    long revision = revision() + 1;
    for (int item = from; item < to; item++) {
      Bytes body =
          ClaimCodec.encode(new ClaimRecord("w", 1, ClaimRecord.State.OWNED).draining(millis));
      changes.add(put(key(item), body, new Position(revision, changes.size())));
    }
    commit(changes);
  }

  /** One claim changes more often at once than a feed keeps changes. */
  void flood() {
    List<Change> changes = new ArrayList<>();
    long revision = revision() + 1;
    Bytes body = ClaimCodec.encode(new ClaimRecord("w", 1, ClaimRecord.State.OWNED));
    Key key = Key.of("claim/flood");
    for (int i = 0; i < DrainFeed.MAX_CHANGES; i++) {
      changes.add(put(key, body, new Position(revision, i)));
    }
    commit(changes);
  }

  void put(int item, ClaimRecord claim) {
    put(key(item), ClaimCodec.encode(claim));
  }

  void put(Key key, Bytes body) {
    commit(List.of(put(key, body, new Position(revision() + 1, 0))));
  }

  void delete(int item) {
    Fact standing = fact(item).orElseThrow();
    commit(List.of(Change.Deleted.of(standing, new Position(revision() + 1, 0))));
  }

  Optional<Fact> fact(int item) {
    return store.latest().fact(key(item));
  }

  private Change put(Key key, Bytes body, Position at) {
    Optional<Row> standing = store.latest().row(key);
    return Change.Put.over(standing, new Fact(key, body, at.revision(), at, 1, Optional.empty()));
  }

  private void commit(List<Change> changes) {
    StoreMeta meta = store.meta();
    StoreMeta next =
        meta.changed(changes.get(0).at().revision(), meta.usage(), 0, meta.contentHash());
    store.commit(
        new LogPosition(1, store.applied().index() + 1),
        new Effects(next, changes, List.of(), LeaseChanges.NONE));
    listeners.forEach(listener -> listener.committed(changes, next));
  }
}
