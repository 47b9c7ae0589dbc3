// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.crash;

import dev.stele.server.core.apply.Effects;
import dev.stele.server.core.apply.EntryRule;
import dev.stele.server.core.apply.EntryRule.Decided;
import dev.stele.server.core.hash.Fingerprint;
import dev.stele.server.storage.MapStateStore;
import java.util.ArrayList;
import java.util.List;

/** What becomes of a log in a process that nothing ever happens to, and without a disk. */
final class Twin {
  private final Workload workload;
  private final List<Long> hashes = new ArrayList<>();
  private final List<Long> results = new ArrayList<>();
  private final MapStateStore follower = new MapStateStore();

  Twin(Workload workload) {
    this.workload = workload;
    try (MapStateStore store = new MapStateStore()) {
      for (long index = 0; index < Workload.LENGTH; index++) {
        results.add(results(apply(store, index)));
        hashes.add(store.meta().stateHash());
      }
    }
  }

  /** The state's hash after entry {@code index}. */
  long hash(long index) {
    return hashes.get((int) index);
  }

  /** A number for the results of entry {@code index}. */
  long results(long index) {
    return results.get((int) index);
  }

  /** A number for results in words. */
  static long results(String words) {
    return Fingerprint.of(104).add(words).value();
  }

  /** All that is held after entry {@code index}, which only grows from call to call. */
  StateDigest at(long index) {
    while (follower.applied().index() < index) {
      apply(follower, follower.applied().index() + 1);
    }
    return StateDigest.of(follower);
  }

  /** The results in words; none of an entry without commands. */
  private String apply(MapStateStore store, long index) {
    if (workload.isConfiguration(index)) {
      store.commit(workload.position(index), Effects.none(store.meta()));
      return "";
    }
    Decided decided =
        EntryRule.decide(store.latest(), workload.stamp(index), workload.commands(index));
    store.commit(workload.position(index), decided.effects());
    return decided.results().toString();
  }
}
