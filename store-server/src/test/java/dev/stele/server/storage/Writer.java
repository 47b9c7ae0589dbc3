// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import dev.stele.server.core.apply.Effects;
import dev.stele.server.core.apply.EntryRule;
import dev.stele.server.core.command.Command;
import dev.stele.server.core.command.Delete;
import dev.stele.server.core.command.Expect;
import dev.stele.server.core.command.Put;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.KeyRange;
import dev.stele.server.core.model.Stamp;
import dev.stele.server.core.model.StoreMeta;
import dev.stele.server.port.LogPosition;
import dev.stele.server.port.StateStore;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Decides and commits entries, one index after the other. */
final class Writer {
  private static final long TERM = 3;

  private final StateStore store;

  Writer(StateStore store) {
    this.store = store;
  }

  static Command put(String key, String body) {
    return new Put(Key.of(key), Bytes.utf8(body), Expect.ANYTHING, Optional.empty(), List.of());
  }

  static Command delete(String key) {
    return new Delete(KeyRange.single(Key.of(key)), OptionalLong.empty(), List.of());
  }

  static Command deletePrefix(String prefix) {
    return new Delete(KeyRange.prefix(Bytes.utf8(prefix)), OptionalLong.empty(), List.of());
  }

  /** One entry; returns where it stands. */
  LogPosition apply(Command... commands) {
    LogPosition entry = new LogPosition(TERM, store.applied().index() + 1);
    apply(store, entry, List.of(commands));
    return entry;
  }

  /** One entry that moves the revision on as if so many writes of no matter what had been. */
  LogPosition pass(long revisions) {
    LogPosition entry = new LogPosition(TERM, store.applied().index() + 1);
    store.commit(entry, passing(store, revisions));
    return entry;
  }

  static Effects passing(StateStore store, long revisions) {
    StoreMeta meta = store.meta();
    return Effects.none(
        meta.changed(
            meta.revision() + revisions, meta.usage(), meta.kindsRevision(), meta.contentHash()));
  }

  static void apply(StateStore store, LogPosition entry, List<Command> commands) {
    Stamp stamp = new Stamp(entry.term(), 10 * entry.index(), 0);
    EntryRule.Decided decided = EntryRule.decide(store.latest(), stamp, commands);
    store.commit(entry, decided.effects());
  }
}
