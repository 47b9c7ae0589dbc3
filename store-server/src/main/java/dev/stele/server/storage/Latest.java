// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import dev.stele.server.core.apply.Effects;
import dev.stele.server.core.claim.KeptTally;
import dev.stele.server.core.claim.PoolTally;
import dev.stele.server.core.claim.Pools;
import dev.stele.server.core.lease.LeaseSide;
import dev.stele.server.core.model.Change;
import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.KeyRange;
import dev.stele.server.core.model.KindNames;
import dev.stele.server.core.model.Row;
import dev.stele.server.core.model.StoreMeta;
import dev.stele.server.core.session.Session;
import dev.stele.server.core.session.SessionChange;
import dev.stele.server.core.session.SessionId;
import dev.stele.server.core.view.View;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The state after the last entry, for the thread that applies: who reads here is who would change
 * it.
 */
final class Latest implements View {
  private final Recent<Key, Row> rows;
  private final Recent<SessionId, Session> sessions;
  private final Map<String, KeptTally> tallies = new HashMap<>();
  private final Uses uses;
  private final Generations generations;

  /**
   * @param cacheBytes for rows, and again for sessions, that are read and written often
   * @param uses of the store
   */
  Latest(long cacheBytes, Uses uses, Generations generations) {
    rows = new Recent<>(cacheBytes, Latest::rowBytes);
    sessions = new Recent<>(cacheBytes, Latest::sessionBytes);
    this.uses = uses;
    this.generations = generations;
  }

  private static long rowBytes(Key key, Optional<Row> row) {
    long body = row.isPresent() && row.get() instanceof Fact fact ? fact.body().length() : 0;
    return key.bytes().length() + body;
  }

  private static long sessionBytes(SessionId id, Optional<Session> session) {
    return SessionId.BYTES + (session.isPresent() ? session.get().sizeBytes() : 0);
  }

  /** What was committed stands from here on. */
  void committed(Effects effects) {
    for (Change change : effects.changes()) {
      rows.put(change.key(), Optional.of(change.row()));
      tally(change.row());
    }
    for (SessionChange change : effects.sessions()) {
      sessions.put(change.id(), change.after());
    }
  }

  private void tally(Row row) {
    Key key = row.key();
    if (key.kind().equals(KindNames.CLAIM)) {
      Optional<KeptTally> tally = Pools.poolOf(key).map(tallies::get);
      tally.ifPresent(known -> known.set(row));
    } else if (key.kind().equals(KindNames.POOL)) {
      KeptTally tally = tallies.get(key.name());
      boolean stays =
          tally != null && row instanceof Fact && tally.range().equals(Pools.range(row));
      if (!stays) {
        tallies.remove(key.name());
      }
    }
  }

  /**
   * Counted once, when it is first asked for, and kept from there on as long as there is such a
   * pool: all of them take about 190 bytes for each claim that there is, and 8 KiB for each range.
   */
  @Override
  public PoolTally pool(String pool) {
    KeptTally known = tallies.get(pool);
    if (known != null) {
      return known;
    }
    KeptTally tally = KeptTally.of(this, pool);
    if (fact(Pools.key(pool)).isPresent()) {
      tallies.put(pool, tally);
    }
    return tally;
  }

  @Override
  public StoreMeta meta() {
    if (uses.ended()) {
      throw new IllegalStateException(RocksStateStore.NAME + " is closed");
    }
    return generations.current().meta();
  }

  @Override
  public Optional<Row> row(Key key) {
    uses.beginOrThrow(RocksStateStore.NAME);
    try {
      return rows.row(key, missing -> ask(view -> view.row(missing)));
    } finally {
      uses.done();
    }
  }

  @Override
  public Optional<Session> session(SessionId id) {
    uses.beginOrThrow(RocksStateStore.NAME);
    try {
      return sessions.row(id, missing -> ask(view -> view.session(missing)));
    } finally {
      uses.done();
    }
  }

  @Override
  public void scan(KeyRange range, RowVisitor visitor) {
    uses.beginOrThrow(RocksStateStore.NAME);
    try {
      boolean unused =
          ask(
              view -> {
                view.scan(range, visitor);
                return true;
              });
    } finally {
      uses.done();
    }
  }

  @Override
  public LeaseSide leaseSide(String name) {
    uses.beginOrThrow(RocksStateStore.NAME);
    try {
      return ask(view -> view.leaseSide(name));
    } finally {
      uses.done();
    }
  }

  @Override
  public void scanBound(String name, Consumer<Key> visitor) {
    uses.beginOrThrow(RocksStateStore.NAME);
    try {
      boolean unused =
          ask(
              view -> {
                view.scanBound(name, visitor);
                return true;
              });
    } finally {
      uses.done();
    }
  }

  /** A flush or reclaiming may put another state in this one's place meanwhile. */
  private <T> T ask(Function<LaidView, T> question) {
    Pinned pinned = generations.use();
    try {
      return question.apply(pinned.view());
    } finally {
      pinned.uses().done();
    }
  }
}
