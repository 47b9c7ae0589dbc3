// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import dev.stele.server.core.encoding.Output;
import dev.stele.server.core.model.Position;
import dev.stele.server.core.model.Tombstone;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/**
 * What goes when the floor has passed some deletes, and the row that says so, as a batch: their
 * keys' tombstones, unless the key was written since, and the notes of where these are. Used by one
 * thread at a time.
 */
final class ReclaimBatch {
  private final int factsId;
  private final int tombstonesId;
  private final int metaId;
  private final Output key = new Output(16);
  private final Output value = new Output(32);
  private final RowBatch batch = new RowBatch();

  /**
   * @param id RocksDB's number of a family
   */
  ReclaimBatch(ToIntFunction<Family> id) {
    this.factsId = id.applyAsInt(Family.FACTS);
    this.tombstonesId = id.applyAsInt(Family.TOMBSTONES);
    this.metaId = id.applyAsInt(Family.META);
  }

  /**
   * @param reclaimed how far this gets
   * @param stands whether a tombstone is still its key's row; must stay so until the batch is
   *     written
   */
  byte[] encode(List<Tombstone> deletes, Position reclaimed, Predicate<Tombstone> stands) {
    batch.begin();
    for (Tombstone tombstone : deletes) {
      if (stands.test(tombstone)) {
        batch.delete(factsId, tombstone.key().bytes().unsafeArray());
      }
      key.clear();
      TombstoneCodec.writeKey(tombstone.modified(), key);
      batch.delete(tombstonesId, key);
    }
    value.clear();
    ReclaimedCodec.write(reclaimed, value);
    batch.put(metaId, ReclaimedCodec.key(), value);
    return batch.end();
  }
}
