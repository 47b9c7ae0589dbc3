// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.watch;

import dev.stele.server.core.apply.Effects;
import dev.stele.server.core.lease.LeaseSide;
import dev.stele.server.core.model.Change;
import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.KeyRange;
import dev.stele.server.core.model.Position;
import dev.stele.server.core.model.Row;
import dev.stele.server.core.model.SessionUsage;
import dev.stele.server.core.model.StoreMeta;
import dev.stele.server.core.model.Usage;
import dev.stele.server.core.session.Session;
import dev.stele.server.core.session.SessionId;
import dev.stele.server.core.view.View;
import dev.stele.server.port.LogPosition;
import dev.stele.server.port.StateStore;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What one node has of the truth: as much as it has applied, without what it has reclaimed. Holes
 * are where a real store would have them.
 */
final class SimStore implements StateStore {
  private final Truth truth;
  long applied;
  long floor;
  long reclaimed;

  SimStore(Truth truth) {
    this.truth = truth;
  }

  @Override
  public View latest() {
    return snapshot();
  }

  @Override
  public Snapshot snapshot() {
    return new Moment(applied, floor, reclaimed);
  }

  @Override
  public StoreMeta meta() {
    return meta(applied, floor);
  }

  private static StoreMeta meta(long revision, long floor) {
    return new StoreMeta(
        Optional.empty(), 1, revision, floor, 0, Usage.NONE, 0, SessionUsage.NONE, 0);
  }

  @Override
  public LogPosition applied() {
    return new LogPosition(1, applied);
  }

  @Override
  public LogPosition durable() {
    return applied();
  }

  @Override
  public void commit(LogPosition entry, Effects effects) {
    throw new UnsupportedOperationException("the truth is written by itself");
  }

  @Override
  public long reclaimed() {
    return reclaimed;
  }

  @Override
  public boolean reclaim(long through, int maxChanges) {
    throw new UnsupportedOperationException("the simulation reclaims");
  }

  @Override
  public LogPosition flush() {
    return applied();
  }

  @Override
  public long sizeBytes() {
    return 0;
  }

  @Override
  public void close() {
    // Nothing is held.
  }

  private final class Moment implements Snapshot {
    private final long applied;
    private final long floor;
    private final long reclaimed;

    Moment(long applied, long floor, long reclaimed) {
      this.applied = applied;
      this.floor = floor;
      this.reclaimed = reclaimed;
    }

    @Override
    public LogPosition applied() {
      return new LogPosition(1, applied);
    }

    @Override
    public StoreMeta meta() {
      return SimStore.meta(applied, floor);
    }

    @Override
    public long reclaimed() {
      return reclaimed;
    }

    /** Behind what was reclaimed, and what stood before the first of those changes. */
    private boolean isKept(Change change) {
      Position next = truth.of(change.key()).higherKey(change.at());
      return change.at().revision() > reclaimed || (next != null && next.revision() > reclaimed);
    }

    @Override
    public Optional<Row> row(Key key) {
      return row(truth.of(key));
    }

    private Optional<Row> row(NavigableMap<Position, Change> changes) {
      Map.Entry<Position, Change> last =
          changes.floorEntry(new Position(applied, Integer.MAX_VALUE));
      return Optional.ofNullable(last)
          .map(Map.Entry::getValue)
          .filter(change -> change.row() instanceof Fact || change.at().revision() > reclaimed)
          .map(Change::row);
    }

    @Override
    public void scan(KeyRange range, RowVisitor visitor) {
      for (Map.Entry<Key, NavigableMap<Position, Change>> key : truth.byKey().entrySet()) {
        Optional<Row> row = row(key.getValue());
        if (range.contains(key.getKey()) && row.isPresent() && !visitor.visit(row.get())) {
          return;
        }
      }
    }

    @Override
    public Optional<Change> change(Position position) {
      return Optional.ofNullable(truth.history().get(position))
          .filter(change -> position.revision() <= applied && isKept(change));
    }

    @Override
    public void scanChanges(Position from, ChangeVisitor visitor) {
      for (Change change : truth.history().tailMap(from, true).values()) {
        if (change.at().revision() > applied) {
          return;
        }
        if (change.at().revision() > reclaimed && !visitor.visit(change)) {
          return;
        }
      }
    }

    @Override
    public Optional<Session> session(SessionId id) {
      return Optional.empty();
    }

    @Override
    public LeaseSide leaseSide(String name) {
      return LeaseSide.NONE;
    }

    @Override
    public void scanBound(String name, Consumer<Key> visitor) {
      // None is.
    }

    @Override
    public List<Session> sessions(Optional<SessionId> after, int limit) {
      return List.of();
    }

    @Override
    public void close() {
      // Nothing is held.
    }
  }
}
