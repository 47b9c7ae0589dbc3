// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import dev.stele.server.core.encoding.Output;
import dev.stele.server.core.model.Change;
import dev.stele.server.core.model.Position;
import dev.stele.server.core.model.Row;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/**
 * What goes when history is reclaimed over some changes, and the row that says so, as a batch. Used
 * by one thread at a time.
 *
 * <p>Each change tells exactly what it superseded, so nothing is searched for: the change before it
 * of its key goes; a delete goes too, because nothing stands at it; and with it the key's
 * tombstone, if the key was not written since.
 */
final class ReclaimBatch {
  private final int factsId;
  private final int historyId;
  private final int metaId;
  private final Output key = new Output(16);
  private final Output value = new Output(32);
  private final RowBatch batch = new RowBatch();

  /**
   * @param id RocksDB's number of a family
   */
  ReclaimBatch(ToIntFunction<Family> id) {
    this.factsId = id.applyAsInt(Family.FACTS);
    this.historyId = id.applyAsInt(Family.HISTORY);
    this.metaId = id.applyAsInt(Family.META);
  }

  /**
   * @param changes in the order of their positions, at least one
   * @param stands whether a row is still its key's; must stay so until the batch is written
   */
  byte[] encode(List<Change> changes, Predicate<Row> stands) {
    batch.begin();
    for (Change change : changes) {
      if (!change.previous().equals(Position.NONE)) {
        deleteChange(change.previous());
      }
      if (change instanceof Change.Deleted deleted) {
        deleteChange(deleted.at());
        if (stands.test(deleted.row())) {
          batch.delete(factsId, deleted.key().bytes().unsafeArray());
        }
      }
    }
    value.clear();
    ReclaimedCodec.write(changes.get(changes.size() - 1).at(), value);
    batch.put(metaId, ReclaimedCodec.key(), value);
    return batch.end();
  }

  private void deleteChange(Position position) {
    key.clear();
    ChangeCodec.writeKey(position, key);
    batch.delete(historyId, key);
  }
}
