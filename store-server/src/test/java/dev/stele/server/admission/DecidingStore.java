// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.admission;

import dev.stele.server.core.apply.EntryRule;
import dev.stele.server.core.command.Command;
import dev.stele.server.core.command.Delete;
import dev.stele.server.core.command.Expect;
import dev.stele.server.core.command.Operation;
import dev.stele.server.core.command.Put;
import dev.stele.server.core.command.Result;
import dev.stele.server.core.kind.KindPolicy;
import dev.stele.server.core.kind.KindPolicyCodec;
import dev.stele.server.core.kind.Kinds;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.KeyRange;
import dev.stele.server.core.model.Stamp;
import dev.stele.server.port.LogPosition;
import dev.stele.server.storage.MapStateStore;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** A store in memory that decides commands, one an entry. */
final class DecidingStore {
  final MapStateStore store = new MapStateStore();

  static Put put(String key, String body) {
    return new Put(Key.of(key), Bytes.utf8(body), Expect.ANYTHING, Optional.empty(), List.of());
  }

  static Operation putStep(String key, String body) {
    return new Operation.PutFact(Key.of(key), Bytes.utf8(body), Optional.empty());
  }

  static Delete delete(String key) {
    return new Delete(KeyRange.single(Key.of(key)), OptionalLong.empty(), List.of());
  }

  static Put setPolicy(String kind, KindPolicy policy) {
    return new Put(
        Kinds.key(kind),
        KindPolicyCodec.encode(policy),
        Expect.ANYTHING,
        Optional.empty(),
        List.of());
  }

  void set(String kind, KindPolicy policy) {
    decide(setPolicy(kind, policy));
  }

  Result decide(Command command) {
    Stamp stamp = new Stamp(1, store.meta().storeTimeMillis() + 1, 0);
    EntryRule.Decided decided = EntryRule.decide(store.latest(), stamp, List.of(command));
    store.commit(new LogPosition(1, store.applied().index() + 1), decided.effects());
    return decided.results().get(0);
  }
}
