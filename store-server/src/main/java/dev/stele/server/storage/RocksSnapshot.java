// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import dev.stele.server.core.lease.LeaseSide;
import dev.stele.server.core.model.Change;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.KeyRange;
import dev.stele.server.core.model.Position;
import dev.stele.server.core.model.Row;
import dev.stele.server.core.model.StoreMeta;
import dev.stele.server.core.session.Session;
import dev.stele.server.core.session.SessionId;
import dev.stele.server.port.LogPosition;
import dev.stele.server.port.StateStore;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One reader's hold on a {@link Pinned}. A call that is under way when another thread closes it
 * ends in peace; only then is the hold released.
 */
final class RocksSnapshot implements StateStore.Snapshot {
  private static final String NAME = "the snapshot";

  private final Pinned pinned;
  private final Uses calls;

  /**
   * @param pinned in use by the caller
   * @param whenReleased runs when this is closed and no call is under way
   */
  RocksSnapshot(Pinned pinned, Runnable whenReleased) {
    this.pinned = pinned;
    this.calls = new Uses(whenReleased);
  }

  @Override
  public LogPosition applied() {
    requireOpen();
    return pinned.applied();
  }

  @Override
  public StoreMeta meta() {
    requireOpen();
    return pinned.meta();
  }

  @Override
  public long reclaimed() {
    requireOpen();
    return pinned.settled().reclaimed().revision();
  }

  @Override
  public Optional<Row> row(Key key) {
    calls.beginOrThrow(NAME);
    try {
      return pinned.view().row(key);
    } finally {
      calls.done();
    }
  }

  @Override
  public void scan(KeyRange range, RowVisitor visitor) {
    calls.beginOrThrow(NAME);
    try {
      pinned.view().scan(range, visitor);
    } finally {
      calls.done();
    }
  }

  @Override
  public Optional<Session> session(SessionId id) {
    calls.beginOrThrow(NAME);
    try {
      return pinned.view().session(id);
    } finally {
      calls.done();
    }
  }

  @Override
  public LeaseSide leaseSide(String name) {
    calls.beginOrThrow(NAME);
    try {
      return pinned.view().leaseSide(name);
    } finally {
      calls.done();
    }
  }

  @Override
  public void scanBound(String name, Consumer<Key> visitor) {
    calls.beginOrThrow(NAME);
    try {
      pinned.view().scanBound(name, visitor);
    } finally {
      calls.done();
    }
  }

  @Override
  public List<Session> sessions(Optional<SessionId> after, int limit) {
    calls.beginOrThrow(NAME);
    try {
      return pinned.view().sessions(after, limit);
    } finally {
      calls.done();
    }
  }

  @Override
  public Optional<Change> change(Position position) {
    calls.beginOrThrow(NAME);
    try {
      return pinned.view().change(position);
    } finally {
      calls.done();
    }
  }

  @Override
  public void scanChanges(Position from, ChangeVisitor visitor) {
    calls.beginOrThrow(NAME);
    try {
      // Of what lies further back some files are there still; nobody is to see which.
      Position kept = Position.behind(pinned.settled().reclaimed().revision());
      pinned.view().scanChanges(from.compareTo(kept) < 0 ? kept : from, visitor);
    } finally {
      calls.done();
    }
  }

  @Override
  public void close() {
    calls.end();
  }

  private void requireOpen() {
    if (calls.ended()) {
      throw new IllegalStateException(NAME + " is closed");
    }
  }
}
